import {
  type Bar,
  barSpan,
  pointsToPrice,
  type Timeframe,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { z } from 'zod'
import { runOver } from '../backtest/run.ts'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import type { WarmUp } from '../kernel/kernel-options.ts'
import { type AnyStrategy, defineStrategy } from '../strategy/define.ts'
import type { Feed } from '../strategy/feeds.ts'
import { MAX_HISTORY_BARS, parseParams, readFeeds } from '../strategy/params.ts'
import { between, partsOf, rowAt, tradedPart, withData } from './data-columns.ts'
import { readPart } from './read-part.ts'
import type { SharedOptions } from './trial.ts'

const DAY_MS = 86_400_000

/**
 * The bars of each feed before an instant, for a run that starts there: as many as the feeds ask for, or `bars` of
 * them, as far as the data go. They are built by the engine itself, a bar in the making among them. The feeds of a watched
 * instrument without rows before have none; without rows of the one traded no feed has.
 */
export async function warmUpBefore<S extends AnyStrategy>(
  strategy: S,
  options: SharedOptions<S> & { readonly params: unknown },
  at: number,
  bars?: number,
): Promise<WarmUp> {
  const feeds = readFeeds(strategy, parseParams(strategy, options.params))
  const wanted = new Map(
    Object.entries(feeds).map(([name, { history = 0 }]) => [
      name,
      Math.min(bars ?? history, MAX_HISTORY_BARS),
    ]),
  )
  const from = at - reachOf(feeds, bars)
  const past = withData(options, data => between(data, from, at))
  if (tradedPart(past.data, options.instrument)?.length === 0) return {}
  const closed = await closedBars(feeds, past)
  const parts = [...partsOf(past.data), ...(past.watchedBars ?? [])]
  return Object.fromEntries(
    Object.entries(feeds).map(([name, feed]) => {
      const known = closed.get(name) ?? []
      const last = unclosedBar(parts, feed, symbolOf(feed, options), at)
      const isNew = last !== undefined && last.openedAt > (known.at(-1)?.openedAt ?? Number.NEGATIVE_INFINITY)
      const isOver = isNew && last.closedAt <= at
      const all = isOver ? [...known, last] : known
      const count = wanted.get(name) ?? 0
      return [
        name,
        { closed: count === 0 ? [] : all.slice(-count), ...(isNew && !isOver && { forming: last }) },
      ]
    }),
  )
}

/** From which instant on rows are needed to warm up a run with these parameters that begins at another. */
export function warmUpFrom(strategy: AnyStrategy, params: unknown, at: number): number {
  return at - reachOf(readFeeds(strategy, parseParams(strategy, params)))
}

function reachOf(feeds: Readonly<Record<string, Feed>>, bars?: number): number {
  const reaches = Object.values(feeds).map(({ timeframe, history = 0 }) =>
    reach(timeframe, Math.min(bars ?? history, MAX_HISTORY_BARS)),
  )
  return Math.max(...reaches)
}

/** Time that contains so many bars, weekends and holidays among them. */
function reach(timeframe: Timeframe, bars: number): number {
  const { openedAt, closesAt } = barSpan(0 as UnixMs, timeframe)
  return bars === 0 ? closesAt - openedAt : bars * (closesAt - openedAt) * 1.6 + 5 * DAY_MS
}

async function closedBars<S extends AnyStrategy>(
  feeds: Readonly<Record<string, Feed>>,
  options: SharedOptions<S>,
) {
  const closed = new Map<string, Bar[]>(Object.keys(feeds).map(name => [name, []]))
  const recorder = defineStrategy({
    name: 'recorder',
    params: z.object({}),
    feeds: () => feeds,
    create: () => ({ onBar: ({ feed, ...bar }) => void closed.get(feed)?.push(bar) }),
  })
  const { instrument, watched, data, account, venue } = options
  // All instruments are known to the run: the currency of the account may be led to by one without rows.
  await runOver(readPart(options), recorder, {
    params: {},
    instrument,
    data,
    account,
    ...(watched !== undefined && { watched }),
    ...(venue?.barSpreadTicks !== undefined && {
      venue: { latencyMs: 0, barSpreadTicks: venue.barSpreadTicks },
    }),
  })
  return closed
}

function symbolOf(
  { symbol }: Feed,
  { instrument, watched = [] }: SharedOptions<AnyStrategy>,
): number | undefined {
  return symbol === undefined ? instrument.id : watched.find(({ name }) => name === symbol)?.id
}

/** The bar that holds the last row; whether it is closed is for the caller to say. */
function unclosedBar(
  parts: readonly (TickColumns | BarColumns)[],
  { timeframe }: Feed,
  symbol: number | undefined,
  at: number,
): Bar | undefined {
  const columns = parts.find(({ symbolId }) => symbolId === symbol)
  if (columns === undefined || columns.length === 0) return undefined
  const isBars = columns.type === 'bars'
  const times = isBars ? columns.openedAt : columns.at
  const { openedAt, closesAt } = barSpan(times[columns.length - 1] as UnixMs, timeframe)
  const [open, high, low, close] = isBars
    ? [columns.open, columns.high, columns.low, columns.close]
    : [columns.bid, columns.bid, columns.bid, columns.bid]
  const first = rowAt(columns, openedAt)
  const end = rowAt(columns, at)
  let [most, least, count] = [0, Number.POSITIVE_INFINITY, 0]
  for (let row = first; row < end; row++) {
    most = Math.max(most, high[row] as number)
    least = Math.min(least, low[row] as number)
    count += isBars ? (columns.tickVolume[row] as number) : 1
  }
  return {
    type: 'bar',
    symbolId: columns.symbolId,
    timeframe,
    openedAt,
    closedAt: closesAt,
    open: pointsToPrice(open[first] as number),
    high: pointsToPrice(most),
    low: pointsToPrice(least),
    close: pointsToPrice(close[end - 1] as number),
    tickVolume: count,
  }
}
