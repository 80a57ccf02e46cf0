import type { UnixMs } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Trade } from '../kernel/trade.ts'
import { DEFAULT_VENUE_MODEL, type VenueModel } from '../simulation/venue-model.ts'
import {
  LONELY_TRADE,
  type ParityScore,
  parityScore,
  type TradeAgreement,
  tradeScore,
} from '../statistics/parity-score.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import { pairTrades, type TradePair } from './pair-trades.ts'
import { replaySession } from './replay-session.ts'
import { type DecidedTrade, decidedTrades, type RunSide } from './decided-trade.ts'
import type { RecordedSession, SessionGap } from './session.ts'
import { agreementOf, riskScale, type RiskScale } from './trade-agreement.ts'
import { type ParityCause, type ParityDifference, tradeDifferences } from './trade-differences.ts'
import { whyAlone } from './why-alone.ts'

/** How a session is compared with its replay. */
export interface ParityOptions {
  /** Entries so far apart, in milliseconds, may still be one trade where no decision tells. From 0, default 60,000. */
  readonly toleranceMs?: number
  /** How the venue of the replay treats orders. Default: as recorded, else 50 ms and no slippage. */
  readonly venue?: VenueModel
  /** Ends the replay between two quotes; its reason is thrown. */
  readonly signal?: AbortSignal
}

/** A trade of the session and that of its replay. */
export interface ParityTrade {
  /** From 1, in order of entry. */
  readonly number: number
  /** 0 to 1. */
  readonly score: number
  /** Empty: the two are the same to the tick, the millisecond and the cent. */
  readonly causes: readonly ParityCause[]
  readonly differences: readonly ParityDifference[]
  /** What the score is the product of; absent of a missing or an extra trade. */
  readonly agreement?: TradeAgreement
  /** Of a missing or an extra trade: why the other side has none, as far as it tells. */
  readonly because?: string
  /** Absent: missing. */
  readonly session?: Trade
  /** Absent: extra. */
  readonly replay?: Trade
}

/** What a comparison of a session with its replay found. */
export interface ParityReport extends ParityScore {
  /** All trades compared, in order of entry. */
  readonly pairs: readonly ParityTrade[]
  /** Trades of each cause; one may have several. Causes that did not occur are left out. */
  readonly causes: Readonly<Partial<Record<ParityCause, number>>>
  /** The first trade that differs: all behind it may follow from it. Absent: none does. */
  readonly first?: ParityTrade
  /** Trades of the session that are not compared. */
  readonly leftOut: {
    /** Opened before its first quote, e.g. by an earlier session. */
    readonly openedBefore: number
    /** Closed behind its last quote, or when it was already asked to stop; a replay ends there. */
    readonly behindEnd: number
  }
  /** Where the recording is not the whole truth. */
  readonly gaps: readonly SessionGap[]
  readonly replay: {
    /** Quotes replayed. */
    readonly quotes: number
    /** Market time of the first and the last of them; 0 without any. */
    readonly from: UnixMs
    readonly to: UnixMs
    readonly venue: VenueModel
    /** Somebody has said how the venue of the session treats orders. */
    readonly isVenueKnown: boolean
  }
}

const DEFAULT_TOLERANCE_MS = 60_000

/**
 * Replays a recorded session on its own quotes, and compares trade by trade.
 *
 * The score of a trade is the product of four shares: price, 1 − distance of both fills ÷ distance to the first stop; time,
 * that in which both were open ÷ that in which either was; size, the smaller volume ÷ the larger; cost, 1 − unexplained
 * costs ÷ money at risk. A missing or an extra trade scores 0. The score is the mean, and 1 only if every trade is the same
 * to the tick, the millisecond and the cent.
 *
 * @throws {@link EngineError} `invalid-params`, `invalid-options`, `state-invalid`, `handler-failed`; the reason of `signal`
 */
export async function parity(
  session: RecordedSession,
  strategy: AnyStrategy,
  options: ParityOptions = {},
): Promise<ParityReport> {
  const { toleranceMs = DEFAULT_TOLERANCE_MS, signal } = options
  if (!(toleranceMs >= 0))
    throw new EngineError('invalid-options', `toleranceMs is ${toleranceMs}. Pass a number from 0 up.`)
  const { header, quotes, gaps } = session
  const venue = options.venue ?? header.venue ?? DEFAULT_VENUE_MODEL
  const { report, executions } = await replaySession(session, strategy, { venue, signal })
  const beginsAt = quotes.at[0] ?? Number.POSITIVE_INFINITY
  const own = session.trades.filter(({ trade }) => trade.openedAt >= beginsAt)
  const trades = own.map(({ trade }) => trade)
  const sides = {
    session: { ...session, trades },
    replay: { trades: report.trades, decisions: report.decisions, blocked: report.blocked, executions },
  }
  const all = pairTrades(decidedTrades(sides.session), decidedTrades(sides.replay), toleranceMs)
  const paired = all.filter(pair => !isBehindEnd(pair, session))
  const scale = riskScale([...report.trades, ...trades], header.instrument)
  const pairs = paired.map((pair, index) => ({
    number: index + 1,
    ...compared(pair, sides, scale, header.instrument),
  }))
  const first = pairs.find(({ causes }) => causes.length > 0)
  return {
    ...parityScore(pairs.map(({ score }) => score)),
    pairs,
    causes: countCauses(pairs),
    ...(first === undefined ? {} : { first }),
    leftOut: { openedBefore: session.trades.length - own.length, behindEnd: all.length - paired.length },
    gaps,
    replay: replayFacts(session, report.rows, venue, options.venue),
  }
}

/** A trade that the replay, which ends sooner, could not have. */
function isBehindEnd(
  { session, replay }: TradePair,
  { trades, quotes, stopRow = quotes.length }: RecordedSession,
): boolean {
  if (session === undefined || replay !== undefined) return false
  return trades.some(({ trade, row }) => trade === session.trade && row >= stopRow)
}

function replayFacts(
  { quotes, header }: RecordedSession,
  rows: number,
  venue: VenueModel,
  asked: VenueModel | undefined,
): ParityReport['replay'] {
  const from = (quotes.at[0] ?? 0) as UnixMs
  const to = (quotes.at[rows - 1] ?? 0) as UnixMs
  return { quotes: rows, from, to, venue, isVenueKnown: (asked ?? header.venue) !== undefined }
}

interface Sides {
  readonly session: RunSide
  readonly replay: RunSide
}

function compared(
  pair: TradePair,
  sides: Sides,
  scale: RiskScale,
  instrument: RecordedSession['header']['instrument'],
): Omit<ParityTrade, 'number'> {
  const { session, replay } = pair
  if (session === undefined || replay === undefined) return alone(pair, sides)
  const differences = tradeDifferences(session.trade, replay.trade, instrument)
  const agreement = agreementOf(session.trade, replay.trade, differences, scale)
  return {
    score: tradeScore(agreement),
    causes: [...new Set(differences.map(({ cause }) => cause))],
    differences,
    agreement,
    session: session.trade,
    replay: replay.trade,
  }
}

function alone({ session, replay }: TradePair, sides: Sides): Omit<ParityTrade, 'number'> {
  const because = (trip: DecidedTrade, other: RunSide) => {
    const why = whyAlone(trip, other)
    return why === undefined ? {} : { because: why }
  }
  const base = { score: LONELY_TRADE, differences: [] }
  if (session !== undefined)
    return { ...base, causes: ['extra'], session: session.trade, ...because(session, sides.replay) }
  return {
    ...base,
    causes: ['missing'],
    ...(replay && { replay: replay.trade, ...because(replay, sides.session) }),
  }
}

function countCauses(pairs: readonly ParityTrade[]): ParityReport['causes'] {
  const counts: Partial<Record<ParityCause, number>> = {}
  for (const { causes } of pairs) for (const cause of causes) counts[cause] = (counts[cause] ?? 0) + 1
  return counts
}
