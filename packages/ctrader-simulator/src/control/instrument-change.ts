import type { Instrument, InstrumentCosts, TradingMode } from '@openclaw-trading/trading-model'
import { SimulatorError } from '../errors.ts'

/** What of a symbol can change while it is traded; costs that are left out stay as they are. */
export interface InstrumentChange
  extends Partial<
    Pick<
      Instrument,
      | 'minVolume'
      | 'maxVolume'
      | 'volumeStep'
      | 'hours'
      | 'tradingMode'
      | 'leverageId'
      | 'shortSelling'
      | 'guaranteedStops'
      | 'maxExposure'
    >
  > {
  readonly costs?: Partial<InstrumentCosts>
}

const TRADING_MODES: readonly TradingMode[] = [
  'enabled',
  'disabled',
  'disabled-with-pending-execution',
  'close-only',
]

interface Rule {
  readonly fits: (value: unknown) => boolean
  readonly allowed: string
}

const VOLUME: Rule = {
  fits: value => Number.isFinite(value) && Number(value) > 0,
  allowed: 'lots above 0',
}
const FLAG: Rule = { fits: value => typeof value === 'boolean', allowed: 'true, false' }
const RECORD: Rule = { fits: value => value !== null && typeof value === 'object', allowed: 'an object' }

const RULES: { readonly [K in keyof Required<InstrumentChange>]: Rule } = {
  minVolume: VOLUME,
  maxVolume: VOLUME,
  volumeStep: VOLUME,
  maxExposure: VOLUME,
  hours: {
    fits: value =>
      RECORD.fits(value) &&
      Array.isArray((value as { sessions?: unknown }).sessions) &&
      Array.isArray((value as { holidays?: unknown }).holidays) &&
      typeof (value as { timeZone?: unknown }).timeZone === 'string',
    allowed: 'a time zone, sessions and holidays',
  },
  costs: RECORD,
  tradingMode: {
    fits: value => TRADING_MODES.includes(value as TradingMode),
    allowed: TRADING_MODES.join(', '),
  },
  leverageId: { fits: value => Number.isSafeInteger(value) && Number(value) >= 0, allowed: 'a whole number' },
  shortSelling: FLAG,
  guaranteedStops: FLAG,
}

/** The instrument with a change that may come from outside. @throws {@link SimulatorError} `invalid-options` */
export function changedInstrument(instrument: Instrument, change: InstrumentChange): Instrument {
  for (const [name, value] of Object.entries(change)) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name as keyof InstrumentChange] : undefined
    if (rule === undefined) throw bad(name, value, Object.keys(RULES).join(', '))
    if (!rule.fits(value)) throw bad(name, value, rule.allowed)
  }
  return { ...instrument, ...change, costs: { ...instrument.costs, ...change.costs } }
}

function bad(name: string, value: unknown, allowed: string): SimulatorError {
  return new SimulatorError('invalid-options', `${name} is ${String(value)}. Allowed: ${allowed}.`, {
    details: { name, value: String(value) },
  })
}
