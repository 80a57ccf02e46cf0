import {
  type Instrument,
  type Lots,
  lots,
  symbolId,
  type TradingHours,
} from '@openclaw-trading/trading-model'
import type { AccountRules } from '../ports/account-rules.ts'

/** What an account of a simulated venue starts with. */
export interface VenueAccount extends AccountRules {
  /** Deposit currency. */
  readonly currency: string
  /** Decimal digits of money, 0 to 8. */
  readonly digits: number
  /** Starting balance in minor units. */
  readonly balanceMinor: number
  /** 100 = 1:100. */
  readonly leverage: number
  /** Positions of both directions may stand side by side; `false`: netted, one position for each symbol. */
  readonly hedged: boolean
}

const DAY_SECONDS = 86_400
const HOUR_SECONDS = 3600

/** Of metals: Sunday 18:00 to Friday 17:00 New York, with a break from 17:00 to 18:00 each day. */
const METAL_WEEK: TradingHours = {
  timeZone: 'America/New_York',
  sessions: [0, 1, 2, 3, 4].map(day => ({
    startSecond: day * DAY_SECONDS + 18 * HOUR_SECONDS,
    endSecond: (day + 1) * DAY_SECONDS + 17 * HOUR_SECONDS,
  })),
  holidays: [],
}

/** Of currencies: Sunday 17:00 to Friday 17:00 New York, without a break. */
const CURRENCY_WEEK: TradingHours = {
  timeZone: 'America/New_York',
  sessions: [{ startSecond: 17 * HOUR_SECONDS, endSecond: 5 * DAY_SECONDS + 17 * HOUR_SECONDS }],
  holidays: [],
}

const HUNDREDTH: Lots = lots(0.01)

/** Gold of the synthetic market: two digits, 100 oz a lot, 3.50 US dollars a lot and side. */
export const SYNTHETIC_XAUUSD: Instrument = {
  id: symbolId(41),
  name: 'XAUUSD',
  digits: 2,
  pipPosition: 1,
  lotSize: 100,
  minVolume: HUNDREDTH,
  maxVolume: lots(100),
  volumeStep: HUNDREDTH,
  base: 'XAU',
  quote: 'USD',
  costs: { commission: { type: 'usd-per-lot', rate: 3.5 } },
  hours: METAL_WEEK,
}

/** The euro of the synthetic market: five digits, 100,000 EUR a lot, 2.50 US dollars a lot and side. */
export const SYNTHETIC_EURUSD: Instrument = {
  id: symbolId(1),
  name: 'EURUSD',
  digits: 5,
  pipPosition: 4,
  lotSize: 100_000,
  minVolume: HUNDREDTH,
  maxVolume: lots(100),
  volumeStep: HUNDREDTH,
  base: 'EUR',
  quote: 'USD',
  costs: { commission: { type: 'usd-per-lot', rate: 2.5 } },
  hours: CURRENCY_WEEK,
}

/**
 * Gold as a replay trades it: three digits, always open, so that the recorded quotes alone decide.
 *
 * Both sides of a parity check take this record.
 */
export const REPLAY_XAUUSD: Instrument = {
  id: symbolId(41),
  name: 'XAUUSD',
  digits: 3,
  pipPosition: 2,
  lotSize: 100,
  minVolume: HUNDREDTH,
  maxVolume: lots(100),
  volumeStep: HUNDREDTH,
  base: 'XAU',
  quote: 'USD',
  costs: { commission: { type: 'usd-per-lot', rate: 3.5 } },
  hours: { timeZone: 'UTC', sessions: [], holidays: [] },
}

/** The account of a replay: 10,000.00 USD, 1:100, hedged. */
export const REPLAY_ACCOUNT: VenueAccount = {
  currency: 'USD',
  digits: 2,
  balanceMinor: 1_000_000,
  leverage: 100,
  hedged: true,
}
