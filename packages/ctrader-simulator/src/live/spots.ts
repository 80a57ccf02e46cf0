import {
  encodeMessage,
  encodeSpotFrame,
  type ProtoOATrendbar,
} from '@openclaw-trading/ctrader-client/protocol'
import type { AccountSession } from '../session/account-session.ts'
import type { Connection } from '../session/connection.ts'
import type { DepthChange } from './depth.ts'
import { encodeLiveTrendbar, timeframeOf } from '../encode/trendbar.ts'
import type { RunningMarket } from '../venue.ts'
import type { VenueQuote } from '../venue-events.ts'

/** A market and what has just happened to its quote. */
export interface QuoteStep {
  readonly symbolId: number
  readonly market: RunningMarket
  readonly quote: VenueQuote
  /** The bid is another one than before. */
  readonly bidMoved: boolean
}

/** Tells a quote to every session that watches its symbol, with the bars in progress and the changes of depth it asked for. */
export function sendQuote(connections: Iterable<Connection>, step: QuoteStep): void {
  const { symbolId, market, quote } = step
  const frames = new Map<string, Uint8Array>()
  let change: DepthChange | undefined
  for (const [connection, account, session] of watchersOf(connections, symbolId)) {
    const isTimed = session.spots.get(symbolId) === true
    const periods = step.bidMoved ? periodsOf(session, symbolId) : []
    const key = `${account} ${isTimed} ${periods.join()}`
    const frame = frames.get(key) ?? spotFrame(account, step, isTimed, periods)
    frames.set(key, frame)
    connection.sendFrame(frame)
    if (!session.depth.has(symbolId)) continue
    change ??= market.depth.move(quote.bid, quote.ask)
    sendDepth(connection, account, symbolId, change)
  }
}

function* watchersOf(
  connections: Iterable<Connection>,
  symbolId: number,
): Generator<readonly [Connection, number, AccountSession]> {
  for (const connection of connections)
    for (const [account, session] of connection.sessions)
      if (session.spots.has(symbolId)) yield [connection, account, session]
}

function sendDepth(
  connection: Connection,
  ctidTraderAccountId: number,
  symbolId: number,
  { newQuotes, deletedQuotes }: DepthChange,
): void {
  if (newQuotes.length + deletedQuotes.length === 0) return
  connection.send(2155, {
    ctidTraderAccountId,
    symbolId,
    newQuotes: [...newQuotes],
    deletedQuotes: [...deletedQuotes],
  })
}

/** The first spot of a subscription: the prevailing quote, with the close of the day before. */
export function snapshotFrame(
  account: number,
  symbolId: number,
  { at, bid, ask }: VenueQuote,
  isTimed: boolean,
  sessionClose: number | undefined,
): Uint8Array {
  return encodeMessage(2131, {
    ctidTraderAccountId: account,
    symbolId,
    bid,
    ask,
    ...(sessionClose === undefined ? {} : { sessionClose }),
    ...(isTimed ? { timestamp: at } : {}),
  })
}

function periodsOf({ liveBars }: AccountSession, symbolId: number): readonly number[] {
  return [...(liveBars.get(symbolId) ?? [])]
}

function spotFrame(
  account: number,
  { symbolId, market, quote: { at, bid, ask } }: QuoteStep,
  isTimed: boolean,
  periods: readonly number[],
): Uint8Array {
  const fields = { ctidTraderAccountId: account, symbolId, bid, ask, ...(isTimed ? { timestamp: at } : {}) }
  if (periods.length === 0) return encodeSpotFrame(fields)
  return encodeMessage(2131, { ...fields, trendbar: periods.flatMap(period => liveBar(market, period)) })
}

function liveBar(market: RunningMarket, period: number): readonly ProtoOATrendbar[] {
  const timeframe = timeframeOf(period)
  const bar = timeframe === undefined ? undefined : market.liveBars.current(timeframe)
  return bar === undefined ? [] : [encodeLiveTrendbar(bar, period)]
}
