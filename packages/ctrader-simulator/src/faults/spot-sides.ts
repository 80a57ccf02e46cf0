import type { ProtoOASpotEvent } from '@openclaw-trading/ctrader-client/protocol'

interface Sides {
  readonly bid: number | undefined
  readonly ask: number | undefined
}

/** Remembers both sides of every symbol, to tell each change alone. */
export class SpotSides {
  readonly #told = new Map<number, Sides>()

  /** The messages that tell a quote; the first of a symbol tells both sides. */
  told(message: ProtoOASpotEvent, isOneSided: boolean): readonly ProtoOASpotEvent[] {
    const { symbolId, bid, ask, ...rest } = message
    const before = this.#told.get(symbolId)
    this.#told.set(symbolId, { bid: bid ?? before?.bid, ask: ask ?? before?.ask })
    if (!isOneSided || before === undefined || bid === undefined || ask === undefined) return [message]
    const head = { symbolId, ...rest }
    const sides: ProtoOASpotEvent[] = []
    if (bid !== before.bid) sides.push({ ...head, bid })
    if (ask !== before.ask) sides.push({ ...head, ask })
    return sides.length === 0 ? [{ ...head, bid }] : sides
  }
}
