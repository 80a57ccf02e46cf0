import type { Sample } from '../row.ts'

/** Messages before the measurement starts: the code is compiled and the socket runs by then. */
const WARM_UP = 20_000

const peakMb = (): number => process.resourceUsage().maxRSS / 1024

/**
 * Counts messages and, after `count` of them, prints the CPU time of this process per message and its peak memory, and
 * ends it.
 *
 * @returns the function to call for each message, with a number of it that goes into the checksum
 */
export function decodeMeter(count: number): (number: number) => void {
  const warmUp = Math.min(WARM_UP, count)
  const half = warmUp + Math.floor(count / 2)
  let seen = 0
  let sum = 0
  let start: NodeJS.CpuUsage | undefined
  let halfMb = 0
  return number => {
    seen++
    if (seen === half) halfMb = peakMb()
    if (seen <= warmUp) {
      if (seen === warmUp) start = process.cpuUsage()
      return
    }
    sum = (sum + number) % 1_000_000_007
    if (seen !== warmUp + count) return
    const used = process.cpuUsage(start)
    const peak = peakMb()
    const figures = { cpu: (used.user + used.system) / count, peakMb: peak, growthMb: peak - halfMb }
    process.stdout.write(`${JSON.stringify({ figures, check: sum } satisfies Sample)}\n`)
    process.exit(0)
  }
}
