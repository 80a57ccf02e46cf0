import { encodeSpotFrame } from '@openclaw-trading/ctrader-client/protocol'
import type { Connection } from '../connection.ts'
import type { VenueQuote } from '../venue.ts'

/** A quote as a spot event of an account; with its time where that was asked for. */
export function spotFrame(
  ctidTraderAccountId: number,
  symbolId: number,
  { at, bid, ask }: VenueQuote,
  isTimed: boolean,
): Uint8Array {
  return encodeSpotFrame({ ctidTraderAccountId, symbolId, bid, ask, ...(isTimed ? { timestamp: at } : {}) })
}

/** Sends a quote to every session that watches its symbol. */
export function sendSpots(connections: Iterable<Connection>, symbolId: number, quote: VenueQuote): void {
  const frames = new Map<string, Uint8Array>()
  for (const connection of connections)
    for (const [account, { spots }] of connection.sessions) {
      const isTimed = spots.get(symbolId)
      if (isTimed === undefined) continue
      const key = `${account} ${isTimed}`
      const frame = frames.get(key) ?? spotFrame(account, symbolId, quote, isTimed)
      frames.set(key, frame)
      connection.sendFrame(frame)
    }
}
