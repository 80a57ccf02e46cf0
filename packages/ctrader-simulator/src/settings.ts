import {
  readTickFile,
  REPLAY_ACCOUNT,
  REPLAY_XAUUSD,
  SYNTHETIC_EURUSD,
  SYNTHETIC_XAUUSD,
  type TickColumns,
  type VenueAccount,
} from '@openclaw-trading/bot-engine/data'
import { DEFAULT_VENUE_MODEL, type VenueModel } from '@openclaw-trading/bot-engine/simulation'
import type { Instrument, UnixMs } from '@openclaw-trading/trading-model'
import { SimulatorError } from './errors.ts'
import {
  type ConnectionTimes,
  type LiveClockMode,
  type Logger,
  type PlantedFault,
  plantedFaultsOf,
  type ReplayMode,
  SILENT,
  type SimulatorOptions,
} from './options.ts'

/** Options with every default filled in and checked. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly seed: number
  /** The first one is that of recorded quotes. */
  readonly instruments: readonly [Instrument, ...Instrument[]]
  readonly account: VenueAccount
  readonly model: VenueModel
  readonly times: ConnectionTimes
  readonly logger: Logger
}

/** Monday 2025-01-06 07:00 UTC: London opens within the hour. */
export const DEFAULT_START_AT = 1_736_146_800_000 as UnixMs
/** Market seconds per wall second: an hour of trading in a minute. */
export const DEFAULT_SPEED = 60
const MAX_SPEED = 10_000

const DEFAULTS = {
  host: '127.0.0.1',
  port: 0,
  tls: true,
  seed: 1,
  account: REPLAY_ACCOUNT,
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
    instruments: mode.ticks === undefined ? [first, ...others] : [first],
    model: options.venue ?? DEFAULT_VENUE_MODEL,
    times: { ...DEFAULTS.times, ...options.times },
  }
  checkNumbers(settings)
  checkMode(mode)
  return settings
}

function defaultInstruments(mode: LiveClockMode | ReplayMode): readonly Instrument[] {
  return mode.type === 'replay' ? [REPLAY_XAUUSD] : [SYNTHETIC_XAUUSD, SYNTHETIC_EURUSD]
}

/** The options that stand in the settings as they are. */
function definedOf({ host, port, tls, seed, account, logger }: SimulatorOptions): Partial<Settings> {
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(tls === undefined ? {} : { tls }),
    ...(seed === undefined ? {} : { seed }),
    ...(account === undefined ? {} : { account }),
    ...(logger === undefined ? {} : { logger }),
  }
}

function checkNumbers({ model, port, seed, times }: Settings): void {
  const { latencyMs, slippageTicks = 0 } = model
  const isWhole = (value: number): boolean => Number.isInteger(value) && value >= 0
  check(isWhole(port) && port < 65_536, 'port', port, '0 to 65535')
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
