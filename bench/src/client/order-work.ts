/** Orders before the measurement starts. */
const WARM_UP = 300

/** How many orders a run of `count` measured ones warms up with. */
export function warmUpOrders(count: number): number {
  return Math.min(WARM_UP, count)
}
