import type { ExchangeOrder, ExchangePosition } from '@openclaw-trading/bot-engine/simulation'
import {
  type Instrument,
  pointsPerTick,
  pointsToPrice,
  priceToPoints,
  roundPoints,
} from '@openclaw-trading/trading-model'
import { SimulatorError } from '../errors.ts'
import type { Fault, FaultScope } from '../faults/fault.ts'
import type { FaultSwitch } from '../faults/fault-board.ts'
import type { Switchboard } from '../faults/switchboard.ts'
import type { VenueEvent } from '../venue-events.ts'
import type { AccountControl } from './account-control.ts'
import { type ClockControl, clockControl } from './clock-control.ts'

/** Faults of a running venue. */
export interface FaultControl {
  /** Faults that are on, at most 100. */
  readonly active: readonly FaultSwitch[]
  /** Sets a fault, for every connection or one. @throws {@link SimulatorError} `invalid-options` */
  set(fault: Fault, scope?: FaultScope): FaultSwitch
  /** Switches one fault off by its id, or all. */
  clear(id?: number): void
}

/** A connection as the venue sees it. */
export interface ConnectionFacts {
  readonly id: string
  /** The application has authenticated. */
  readonly applicationAuthorized: boolean
  /** An account is authorised. */
  readonly accountAuthorized: boolean
}

/** A price that a test states. */
export interface StatedQuote {
  readonly bid: number
  /** Default: as far above the bid as it was. */
  readonly ask?: number
}

/** What a test does to a running venue, beside what clients can do. */
export interface SimulatorControl extends AccountControl {
  readonly faults: FaultControl
  readonly clock: ClockControl
  /** Connections, oldest first. */
  connections(): readonly ConnectionFacts[]
  /** Cuts a connection, or all, without a word. */
  disconnect(connection?: string): void
  /** The newest quote of a symbol. @throws {@link SimulatorError} `invalid-options` for a symbol that is not traded */
  price(symbol: string): { readonly bid: number; readonly ask: number }
  /**
   * States the price of a symbol now; orders and protection act on it at once.
   *
   * @throws {@link SimulatorError} `invalid-options` for an unknown symbol, no price, or an ask below the bid
   */
  quote(symbol: string, quote: StatedQuote): void
  /** Open positions, as the venue holds them. */
  positions(): readonly ExchangePosition[]
  /** Orders that wait for a price. */
  pendingOrders(): readonly ExchangeOrder[]
  /** Calls back with what happens to orders, after clients have been told; returns what ends that. */
  onEvent(listener: (event: VenueEvent) => void): () => void
}

/** The venue in the hands of {@link createControl}. */
export interface ControlledVenue {
  readonly instruments: readonly Instrument[]
  readonly speed: number
  readonly now: () => number
  advanceTo(at: number): void
  setSpeed(speed: number): void
  injectQuote(symbolId: number, bid: number, ask: number): void
  quoteOf(symbolId: number): { readonly bid: number; readonly ask: number } | undefined
  observe(listener: (event: VenueEvent) => void): () => void
  readonly positions: () => readonly ExchangePosition[]
  readonly pendingOrders: () => readonly ExchangeOrder[]
  readonly connections: () => readonly ConnectionFacts[]
  readonly accounts: AccountControl
}

/** Makes the controls of a venue. @param onTime called after time was moved by hand */
export function createControl(
  venue: ControlledVenue,
  board: Switchboard,
  onTime: () => void,
): SimulatorControl {
  const instrumentOf = (name: string): Instrument => {
    const found = venue.instruments.find(instrument => instrument.name === name)
    if (found !== undefined) return found
    throw bad('symbol', name, venue.instruments.map(instrument => instrument.name).join(', '))
  }
  const advanceTo = (at: number): void => {
    venue.advanceTo(at)
    onTime()
  }
  return {
    ...venue.accounts,
    faults: {
      get active() {
        return board.active
      },
      set: (fault, scope) => board.set(fault, scope),
      clear: id => board.clear(id),
    },
    clock: clockControl({ now: venue.now, advanceTo, setSpeed: speed => venue.setSpeed(speed) }, venue.speed),
    connections: () => venue.connections(),
    disconnect: connection => board.cut(connection),
    price(symbol) {
      const { bid, ask } = quoteOf(venue, instrumentOf(symbol))
      return { bid: pointsToPrice(bid), ask: pointsToPrice(ask) }
    },
    quote(symbol, stated) {
      const instrument = instrumentOf(symbol)
      const before = quoteOf(venue, instrument)
      const bid = pointsOf(instrument, 'bid', stated.bid)
      const ask =
        stated.ask === undefined ? bid + before.ask - before.bid : pointsOf(instrument, 'ask', stated.ask)
      if (ask < bid) throw bad('ask', stated.ask, `the bid ${stated.bid} or above`)
      venue.injectQuote(instrument.id, bid, ask)
    },
    positions: () => venue.positions(),
    pendingOrders: () => venue.pendingOrders(),
    onEvent: listener => venue.observe(listener),
  }
}

function quoteOf(venue: ControlledVenue, { id, digits }: Instrument): { bid: number; ask: number } {
  return venue.quoteOf(id) ?? { bid: 0, ask: pointsPerTick({ digits }) }
}

function pointsOf(instrument: Instrument, name: string, price: number): number {
  const points = Number.isFinite(price) ? roundPoints(instrument, priceToPoints(price)) : 0
  if (points > 0 && Number.isSafeInteger(points)) return points
  throw bad(name, price, 'a price above 0')
}

function bad(name: string, value: unknown, allowed: string): SimulatorError {
  return new SimulatorError('invalid-options', `${name} is ${String(value)}. Allowed: ${allowed}.`, {
    details: { name, value: String(value) },
  })
}
