import type { Sample } from '../row.ts'

/** Messages before the measurement starts: the code is compiled and the socket runs by then. */
const WARM_UP = 20_000

/**
 * Counts messages and, after `count` of them, prints the CPU time of this process per message and ends it.
 *
 * @returns the function to call for each message, with a number of it that goes into the checksum
 */
export function cpuPerMessage(count: number): (figure: number) => void {
  let seen = 0
  let sum = 0
  let start: NodeJS.CpuUsage | undefined
  return figure => {
    seen++
    if (seen <= Math.min(WARM_UP, count)) {
      if (seen === Math.min(WARM_UP, count)) start = process.cpuUsage()
      return
    }
    sum = (sum + figure) % 1_000_000_007
    if (seen !== WARM_UP + count) return
    const used = process.cpuUsage(start)
    const sample: Sample = { figure: (used.user + used.system) / count, check: sum }
    process.stdout.write(`${JSON.stringify(sample)}\n`)
    process.exit(0)
  }
}
