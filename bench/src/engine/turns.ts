/** The machine may change from second to second: one thread and two are measured in turns, one first and last. */
const TURNS = [1, 2, 1, 2, 1]

/** What two threads do in a second, in parts of what one does. */
export async function ratioOfTurns(rateWith: (threads: number) => Promise<number>): Promise<number> {
  const rates: { threads: number; rate: number }[] = []
  for (const threads of TURNS) rates.push({ threads, rate: await rateWith(threads) })
  const mean = (of: number): number => {
    const own = rates.filter(({ threads }) => threads === of)
    return own.reduce((sum, { rate }) => sum + rate, 0) / own.length
  }
  return mean(2) / mean(1)
}
