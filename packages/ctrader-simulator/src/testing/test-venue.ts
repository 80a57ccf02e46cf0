import { REPLAY_ACCOUNT, SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import {
  type AccountId,
  accountId,
  type Instrument,
  type PositionId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import type { SimulatorControl, StatedQuote } from '../control/control.ts'
import { SimulatorError } from '../errors.ts'
import type { SimulatorOptions } from '../options.ts'
import type { LiveSimulator } from '../simulator.ts'
import { startSimulator } from '../simulator.ts'
import type { VenueEvent } from '../venue-events.ts'
import { Awaited } from './awaited.ts'
import { type VenueFill, type VenueOrder, type VenuePosition, VenueRecords } from './records.ts'

/** How to start a {@link TestVenue}; everything else is as in {@link SimulatorOptions}. */
export interface TestVenueOptions extends Omit<SimulatorOptions, 'mode' | 'host' | 'port' | 'oauth'> {
  /** Market time at the start. Default Monday 2025-01-06 07:00 UTC. */
  readonly startAt?: UnixMs
  /** Whether prices move by themselves as time is moved on. Default: only as the test says. */
  readonly moving?: boolean
  /** First prices, by symbol. */
  readonly prices?: Readonly<Record<string, StatedQuote>>
}

/** How a test waits. */
export interface WaitOptions {
  /** Wall time. Default 5,000. */
  readonly timeoutMs?: number
}

/** A venue for one test of a bot: its time and prices move only when the test says so. */
export interface TestVenue {
  /** For `connect()` of the client. */
  readonly connectOptions: {
    readonly environment: {
      readonly host: string
      readonly port: number
      readonly tls: boolean
      readonly ca?: string
    }
    readonly application: { readonly clientId: string; readonly clientSecret: string }
  }
  /** For `client.authorize(venue.accountId, venue.accessToken)`. */
  readonly accountId: AccountId
  readonly accessToken: string
  readonly simulator: LiveSimulator
  /** Faults, clock, prices, connections. */
  readonly control: SimulatorControl
  /** The first order that the venue accepted and that no wait has returned; protection does not count. @throws {@link SimulatorError} `wait-timeout` */
  waitForOrder(matches?: (order: VenueOrder) => boolean, options?: WaitOptions): Promise<VenueOrder>
  /** The first execution that no wait has returned. @throws {@link SimulatorError} `wait-timeout` */
  waitForFill(matches?: (fill: VenueFill) => boolean, options?: WaitOptions): Promise<VenueFill>
  /** Moves market time on; what is due until then has happened and been sent when this returns. */
  advance(ms: number): void
  /** Moves the bid of a symbol to a price, and the ask with it unless it is stated. */
  moveTo(symbol: string, bid: number, ask?: number): void
  /** Moves the price to the stop loss of a position, the only one when none is named. @throws {@link SimulatorError} `invalid-options` without such a stop */
  tripStop(position?: PositionId): Promise<VenueFill>
  /** Moves the price to the take profit of a position, the only one when none is named. @throws {@link SimulatorError} `invalid-options` without such a target */
  reachTarget(position?: PositionId): Promise<VenueFill>
  /** Open positions, as the venue holds them. */
  positions(): readonly VenuePosition[]
  /** Orders that wait for a price. */
  pendingOrders(): readonly VenueOrder[]
  /** Cuts every connection and frees the port. Safe to call twice. */
  close(): Promise<void>
}

const DEFAULT_TIMEOUT_MS = 5000

/**
 * Starts a venue on this machine to test a bot against: plain TCP, no latency, market time and prices in the test's hands.
 *
 * @example
 * ```ts
 * const venue = await startTestVenue({ prices: { XAUUSD: { bid: 2000, ask: 2000.2 } } })
 * const client = await connect(venue.connectOptions)
 * const account = await client.authorize(venue.accountId, venue.accessToken)
 * ```
 *
 * @throws {@link SimulatorError} `invalid-options`, `listen-failed`
 */
export async function startTestVenue(options: TestVenueOptions = {}): Promise<TestVenue> {
  const { startAt, moving = false, prices = {}, tls = false, venue = { latencyMs: 0 }, ...others } = options
  const simulator = await startSimulator({
    ...others,
    tls,
    venue,
    mode: {
      type: 'live-clock',
      clock: 'manual',
      market: moving ? 'synthetic' : 'still',
      ...(startAt === undefined ? {} : { startAt }),
    },
  })
  try {
    for (const [symbol, quote] of Object.entries(prices)) simulator.control.quote(symbol, quote)
  } catch (error) {
    await simulator.close()
    throw error
  }
  const instruments = options.instruments ?? [SYNTHETIC_XAUUSD, SYNTHETIC_EURUSD]
  return new LocalTestVenue(simulator, instruments, (options.account ?? REPLAY_ACCOUNT).digits)
}

class LocalTestVenue implements TestVenue {
  readonly connectOptions: TestVenue['connectOptions']
  readonly accountId: AccountId
  readonly accessToken: string
  readonly simulator: LiveSimulator
  readonly control: SimulatorControl
  readonly #records: VenueRecords
  readonly #orders = new Awaited<VenueOrder>('order')
  readonly #fills = new Awaited<VenueFill>('fill')

  constructor(simulator: LiveSimulator, instruments: readonly Instrument[], moneyDigits: number) {
    const { ca, host, port, credentials } = simulator
    const { clientId, clientSecret } = credentials
    const tls = ca === undefined ? { tls: false } : { tls: true, ca }
    this.connectOptions = { environment: { host, port, ...tls }, application: { clientId, clientSecret } }
    this.accountId = accountId(credentials.ctidTraderAccountId)
    this.accessToken = credentials.accessToken
    this.simulator = simulator
    this.control = simulator.control
    this.#records = new VenueRecords(instruments, moneyDigits)
    this.control.onEvent(event => this.#take(event))
  }

  waitForOrder(
    matches: (order: VenueOrder) => boolean = () => true,
    { timeoutMs = DEFAULT_TIMEOUT_MS }: WaitOptions = {},
  ): Promise<VenueOrder> {
    return this.#orders.next(matches, timeoutMs)
  }

  waitForFill(
    matches: (fill: VenueFill) => boolean = () => true,
    { timeoutMs = DEFAULT_TIMEOUT_MS }: WaitOptions = {},
  ): Promise<VenueFill> {
    return this.#fills.next(matches, timeoutMs)
  }

  advance(ms: number): void {
    this.control.clock.advance(ms)
  }

  moveTo(symbol: string, bid: number, ask?: number): void {
    this.control.quote(symbol, ask === undefined ? { bid } : { bid, ask })
  }

  tripStop(position?: PositionId): Promise<VenueFill> {
    return this.#reach('stopLoss', position)
  }

  reachTarget(position?: PositionId): Promise<VenueFill> {
    return this.#reach('takeProfit', position)
  }

  positions(): readonly VenuePosition[] {
    return this.control.positions().map(position => this.#records.position(position))
  }

  pendingOrders(): readonly VenueOrder[] {
    return this.control.pendingOrders().map(order => this.#records.order(order))
  }

  close(): Promise<void> {
    return this.simulator.close()
  }

  #reach(level: 'stopLoss' | 'takeProfit', wanted: PositionId | undefined): Promise<VenueFill> {
    const found = this.positions().filter(
      each => each[level] !== undefined && (wanted === undefined || each.id === wanted),
    )
    const [position] = found
    const price = position?.[level]
    if (position === undefined || price === undefined || found.length > 1)
      throw new SimulatorError(
        'invalid-options',
        `${found.length} positions have such a level. Name one that has it.`,
        { details: { name: level, value: String(wanted) } },
      )
    const earlier = new Set(this.#fills.held)
    const { bid, ask } = this.control.price(position.symbol)
    // A long position leaves at the bid, a short one at the ask.
    this.moveTo(position.symbol, position.side === 'buy' ? price : price - (ask - bid))
    return this.waitForFill(
      fill => !earlier.has(fill) && fill.positionId === position.id && fill.netProfit !== undefined,
    )
  }

  #take(event: VenueEvent): void {
    if (event.type === 'order-accepted' && event.order.type !== 'protection')
      this.#orders.add(this.#records.order(event.order))
    else if (event.type === 'order-filled' || event.type === 'order-partially-filled')
      this.#fills.add(this.#records.fill(event.deal))
  }
}
