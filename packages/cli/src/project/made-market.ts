import {
  type BarColumns,
  makeSyntheticBars,
  type SyntheticBarsOptions,
} from '@openclaw-trading/bot-engine/data'
import { barSpan, type Instrument, type Timeframe, type UnixMs } from '@openclaw-trading/trading-model'
import { CliError } from '../errors.ts'
import { dayText } from '../span.ts'

/** How a seeded market is made; without `count` as many bars as there are until `until`. */
export interface MadeMarket {
  readonly seed: number
  readonly timeframe: Timeframe
  readonly startAt: UnixMs
  readonly count?: number
  readonly until?: UnixMs
}

/** 480 MB of columns. */
const MOST_BARS = 10_000_000

/**
 * Makes the bars of a seeded market.
 *
 * @throws {@link CliError} `usage` of a span without a bar, or with more than ten million; the signal's reason
 */
export async function makeBars(
  made: MadeMarket,
  instrument: Instrument,
  signal: AbortSignal,
): Promise<BarColumns> {
  const options: SyntheticBarsOptions = { ...made, instrument, count: made.count ?? barsUntil(made) }
  const bars = await makeSyntheticBars({ ...options, signal })
  if (bars.length > 0) return bars
  throw new CliError(
    'usage',
    `The seeded market has no ${made.timeframe} bar of ${instrument.name} between ${dayText(made.startAt)}, where it begins, and ${dayText(made.until ?? made.startAt)}. State another --from or a later --to.`,
  )
}

/** As many as an open market would have. */
function barsUntil({ timeframe, startAt, until = startAt }: MadeMarket): number {
  const { openedAt, closesAt } = barSpan(startAt, timeframe)
  const count = Math.max(1, Math.ceil((until - openedAt) / (closesAt - openedAt)))
  if (count <= MOST_BARS) return count
  throw new CliError(
    'usage',
    `From ${dayText(startAt)} to ${dayText(until)} there may be ${count} ${timeframe} bars, more than ${MOST_BARS}. State an earlier --to or --bars.`,
  )
}
