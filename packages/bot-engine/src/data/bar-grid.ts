import { barSpan, type Timeframe, type UnixMs } from '@openclaw-trading/trading-model'

/** Whether bars of a timeframe are parts of the trading day, which opens at 17:00 New York. */
export function isPartOfDay(timeframe: Timeframe): boolean {
  return timeframe === 'h4' || timeframe === 'h12'
}

/** Whether most rows open where no bar of their timeframe does: a few may be dated by their first trade. */
export function isOnOtherGrid(timeframe: Timeframe, times: Iterable<number>): boolean {
  if (!isPartOfDay(timeframe)) return false
  let [count, off] = [0, 0]
  for (const at of times) {
    count += 1
    if (barSpan(at as UnixMs, timeframe).openedAt !== at) off += 1
  }
  return off * 2 > count
}

/** What is wrong with such bars, and what to do. */
export function otherGrid(timeframe: Timeframe): string {
  const opens = timeframe === 'h4' ? '17:00, 21:00, 01:00, …' : '17:00 and 05:00'
  return (
    `the broker's ${timeframe} bars count from the open of the trading day and open at ${opens} New York, these lie on another ` +
    `grid. Where the zone is right, take bars of an hour or less (m1, h1), of which feeds make ${timeframe}.`
  )
}
