import { type MergedTicks, symbolOfRow } from '@openclaw-trading/bot-engine/data'
import { encodeSpotFrame } from '@openclaw-trading/ctrader-client/protocol'
import { SimulatorError } from '../errors.ts'
import type { BadQuote } from '../options.ts'
import type { Connection } from '../session/connection.ts'

/** Quotes of a replay, some of which are told otherwise than the market is. */
export interface ReplayTicks extends MergedTicks {
  /** By row: what is told there. The market stands still on such a row: it repeats the one before. */
  readonly told?: ReadonlyMap<number, BadQuote>
}

/**
 * Puts bad quotes between the rows. Each is a row of its own, on which time and market stand still.
 *
 * @throws {@link SimulatorError} `invalid-options` when they do not ascend or name no row
 */
export function withBadQuotes(ticks: MergedTicks, bad: readonly BadQuote[]): ReplayTicks {
  if (bad.length === 0) return ticks
  const length = ticks.length + bad.length
  const [at, bid, ask] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)]
  const symbols = ticks.symbols === undefined ? undefined : new Uint8Array(length)
  const told = new Map<number, BadQuote>()
  let row = 0
  const push = (from: number): void => {
    at[row] = ticks.at[from] as number
    bid[row] = ticks.bid[from] as number
    ask[row] = ticks.ask[from] as number
    if (symbols !== undefined) symbols[row] = ticks.symbols?.[from] as number
    row += 1
  }
  for (let from = 0; from < ticks.length; from++) {
    push(from)
    for (let next = bad[told.size]; next?.behindRow === from; next = bad[told.size]) {
      told.set(row, next)
      push(from)
    }
  }
  const left = bad[told.size]
  if (left !== undefined)
    throw new SimulatorError(
      'invalid-options',
      `The bad quote ${told.size} is told behind row ${left.behindRow}. Name rows from 0 to ${ticks.length - 1}, ascending.`,
      { details: { name: 'mode.badQuotes', value: String(left.behindRow) } },
    )
  return { ...ticks, length, at, bid, ask, told, ...(symbols === undefined ? {} : { symbols }) }
}

/** Tells a bad quote. What the wire has no number for goes out as one that no client can take for a price. */
export function sendBadQuote(
  ticks: ReplayTicks,
  row: number,
  ctidTraderAccountId: number,
  connection: Connection,
): void {
  const { at, bid, ask, symbolId = symbolOfRow(ticks, row) } = ticks.told?.get(row) ?? {}
  const numbers = [at, bid, ask].filter(number => number !== undefined)
  if (numbers.every(number => Number.isSafeInteger(number) && number >= 0))
    connection.sendSpot({
      ctidTraderAccountId,
      symbolId,
      ...(bid === undefined ? {} : { bid }),
      ...(ask === undefined ? {} : { ask }),
      ...(at === undefined ? {} : { timestamp: at }),
    })
  else connection.sendFrame(unreadable(encodeSpotFrame({ ctidTraderAccountId, symbolId })))
}

/** The frame of a spot event with a bid of 2^64 − 1 behind its other fields: −1, as careless senders write it. */
function unreadable(spot: Uint8Array): Uint8Array {
  const bid = [32, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]
  const frame = Uint8Array.from([...spot, ...bid])
  // Of a frame below 128 bytes both lengths are one byte: that of the envelope, and that of the payload in it.
  frame[3] = (spot[3] as number) + bid.length
  frame[8] = (spot[8] as number) + bid.length
  return frame
}
