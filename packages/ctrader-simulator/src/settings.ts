import {
  mergeTicks,
  readTickFile,
  REPLAY_ACCOUNT,
  REPLAY_XAUUSD,
  SYNTHETIC_EURUSD,
  SYNTHETIC_XAUUSD,
  type TickColumns,
} from '@openclaw-trading/bot-engine/data'
import { DEFAULT_VENUE_MODEL, type VenueModel } from '@openclaw-trading/bot-engine/simulation'
import type { Instrument, UnixMs } from '@openclaw-trading/trading-model'
import { SimulatorError } from './errors.ts'
import { type ReplayTicks, withBadQuotes } from './replay/bad-quotes.ts'
import { BROKER_LIMITS, type RateLimits } from './session/request-limits.ts'
import {
  type ConnectionTimes,
  type LiveClockMode,
  type Logger,
  type PlantedFault,
  plantedFaultsOf,
  type ReplayMode,
  SILENT,
  type SimulatorAccount,
  type SimulatorOptions,
} from './options.ts'

/** Options with every default filled in and checked. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly jsonPort?: number
  readonly tls: boolean
  readonly seed: number
  /** The first one is that of recorded quotes. */
  readonly instruments: readonly [Instrument, ...Instrument[]]
  /** The first is that of the credentials. */
  readonly accounts: readonly [SimulatorAccount, ...SimulatorAccount[]]
  readonly model: VenueModel
  readonly times: ConnectionTimes
  /** Absent: as many requests as a client likes. */
  readonly rateLimits?: RateLimits
  readonly logger: Logger
}

/** Monday 2025-01-06 07:00 UTC: London opens within the hour. */
export const DEFAULT_START_AT = 1_736_146_800_000 as UnixMs
/** Market seconds per wall second: an hour of trading in a minute. */
export const DEFAULT_SPEED = 60
const MAX_SPEED = 10_000
/** Accounts of one venue: each has a matching core of its own. */
export const MAX_ACCOUNTS = 16

const DEFAULTS = {
  host: '127.0.0.1',
  port: 0,
  tls: true,
  seed: 1,
  times: { idleMs: 30_000, heartbeatMs: 25_000 },
  logger: SILENT,
} as const satisfies Partial<Settings>

/** Checks options and fills in the defaults. @throws {@link SimulatorError} `invalid-options` */
export function settingsOf(options: SimulatorOptions): Settings {
  const { mode } = options
  const [first, ...others] = options.instruments ?? defaultInstruments(mode)
  if (first === undefined) throw invalidOption('instruments', 'empty', 'at least one')
  const settings: Settings = {
    ...DEFAULTS,
    ...definedOf(options),
    instruments: isOfOne(mode) ? [first] : [first, ...others],
    accounts: accountsOf(options),
    model: options.venue ?? DEFAULT_VENUE_MODEL,
    times: { ...DEFAULTS.times, ...options.times },
    ...rateLimitsOf(options),
  }
  checkNumbers(settings)
  checkMode(mode)
  if (Array.isArray(mode.ticks))
    check(
      mode.ticks.length === settings.instruments.length,
      'mode.ticks',
      `${mode.ticks.length} columns`,
      `one of each of the ${settings.instruments.length} instruments`,
    )
  return settings
}

/** Recorded quotes of one symbol: there is no other to trade. */
function isOfOne({ ticks }: LiveClockMode | ReplayMode): boolean {
  return ticks !== undefined && !Array.isArray(ticks)
}

function defaultInstruments(mode: LiveClockMode | ReplayMode): readonly Instrument[] {
  return mode.type === 'replay' ? [REPLAY_XAUUSD] : [SYNTHETIC_XAUUSD, SYNTHETIC_EURUSD]
}

function rateLimitsOf({ mode, rateLimits }: SimulatorOptions): Pick<Settings, 'rateLimits'> {
  const wanted = rateLimits ?? mode.type === 'live-clock'
  if (wanted === false) return {}
  const limits = { ...BROKER_LIMITS, ...(wanted === true ? {} : wanted) }
  for (const [name, value] of Object.entries(limits))
    check(Number.isSafeInteger(value) && value > 0, `rateLimits.${name}`, value, 'a whole number above 0')
  return { rateLimits: limits }
}

function accountsOf({ account, accounts, mode }: SimulatorOptions): Settings['accounts'] {
  if (accounts === undefined) return [account ?? REPLAY_ACCOUNT]
  check(account === undefined, 'accounts', 'given beside account', 'one of the two')
  const [first, ...others] = accounts
  if (first === undefined || accounts.length > MAX_ACCOUNTS)
    throw invalidOption('accounts', `${accounts.length} accounts`, `1 to ${MAX_ACCOUNTS}`)
  check(
    first.isLive !== true,
    'accounts[0].isLive',
    true,
    'false: the credentials are those of a demo account',
  )
  check(
    mode.type !== 'replay' || others.length === 0,
    'accounts',
    `${accounts.length} accounts`,
    '1 in a replay',
  )
  return [first, ...others]
}

/** The options that stand in the settings as they are. */
function definedOf({ host, port, jsonPort, tls, seed, logger }: SimulatorOptions): Partial<Settings> {
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(jsonPort === undefined ? {} : { jsonPort }),
    ...(tls === undefined ? {} : { tls }),
    ...(seed === undefined ? {} : { seed }),
    ...(logger === undefined ? {} : { logger }),
  }
}

function checkNumbers({ model, port, jsonPort = 0, seed, times }: Settings): void {
  const { latencyMs, slippageTicks = 0 } = model
  const isWhole = (value: number): boolean => Number.isInteger(value) && value >= 0
  check(isWhole(port) && port < 65_536, 'port', port, '0 to 65535')
  check(isWhole(jsonPort) && jsonPort < 65_536, 'jsonPort', jsonPort, '0 to 65535')
  check(isWhole(seed), 'seed', seed, 'a whole number from 0')
  check(isWhole(latencyMs), 'venue.latencyMs', latencyMs, 'a whole number from 0')
  check(isWhole(slippageTicks), 'venue.slippageTicks', slippageTicks, 'a whole number from 0')
  check(times.idleMs > 0 && times.heartbeatMs > 0, 'times', 'not positive', 'milliseconds above 0')
}

function checkMode(mode: LiveClockMode | ReplayMode): void {
  if (mode.type === 'replay') {
    const { gate, plant } = mode
    check(gate === 'lookahead' || gate === 'rewind', 'mode.gate', gate, 'lookahead, rewind')
    const faults: readonly PlantedFault[] = [...plantedFaultsOf(gate), 'trailing-late']
    check(plant === undefined || faults.includes(plant), 'mode.plant', plant, faults.join(', '))
    return
  }
  const speed = mode.speed ?? DEFAULT_SPEED
  check(speed > 0 && speed <= MAX_SPEED, 'mode.speed', speed, `a number above 0 up to ${MAX_SPEED}`)
  const { clock = 'wall', market = 'synthetic', ticks } = mode
  check(clock === 'wall' || clock === 'manual', 'mode.clock', clock, 'wall, manual')
  check(market === 'synthetic' || market === 'still', 'mode.market', market, 'synthetic, still')
  check(
    market === 'synthetic' || ticks === undefined,
    'mode.market',
    market,
    'synthetic where there are ticks',
  )
}

/** Market seconds per wall second; 0 under a manual clock. */
export function speedOf({ clock, speed = DEFAULT_SPEED }: LiveClockMode): number {
  return clock === 'manual' ? 0 : speed
}

/** The quotes of an option: as they are, or read from their file. @throws EngineError `data-missing`, `data-invalid` */
export async function loadTicks(
  ticks: TickColumns | string,
  instrument: Instrument,
  until: UnixMs | undefined,
): Promise<TickColumns> {
  if (typeof ticks === 'string')
    return readTickFile(ticks, { instrument, ...(until === undefined ? {} : { until }) })
  check(ticks.length > 0, 'mode.ticks', 'empty', 'at least one quote')
  check(
    ticks.symbolId === instrument.id,
    'mode.ticks.symbolId',
    ticks.symbolId,
    `${instrument.id} (${instrument.name})`,
  )
  return ticks
}

/** The quotes of a replay in their one order. @throws EngineError `data-missing`, `data-invalid` */
export async function loadReplay(
  { ticks, until, badQuotes = [] }: ReplayMode,
  instruments: Settings['instruments'],
): Promise<ReplayTicks> {
  const sources: readonly (TickColumns | string)[] =
    typeof ticks === 'string' || 'symbolId' in ticks ? [ticks] : ticks
  const columns: TickColumns[] = []
  for (const [index, source] of sources.entries())
    columns.push(await loadTicks(source, instruments[index] ?? instruments[0], until))
  return withBadQuotes(mergeTicks(columns), badQuotes)
}

function check(isGood: boolean, name: string, value: unknown, allowed: string): void {
  if (!isGood) throw invalidOption(name, value, allowed)
}

function invalidOption(name: string, value: unknown, allowed: string): SimulatorError {
  return new SimulatorError(
    'invalid-options',
    `The option ${name} is ${String(value)}. Allowed: ${allowed}.`,
    {
      details: { name, value: String(value) },
    },
  )
}
