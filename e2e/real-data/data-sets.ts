import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Instrument } from '@openclaw-trading/trading-model'
import type { VenueModel } from '@openclaw-trading/bot-engine'
import {
  type BarColumns,
  importFiles,
  readTickFile,
  SYNTHETIC_XAUUSD,
  type TickColumns,
} from '@openclaw-trading/bot-engine/data'

/** Real market data, kept beside the project and never in it. */
export const DATA_FOLDER = fileURLToPath(new URL('../../../shared/data/', import.meta.url))

/** Recorded gold, and what trading it is taken to cost. */
export interface DataSet {
  readonly title: string
  /** In {@link DATA_FOLDER}. */
  readonly files: readonly string[]
  /** Ids of the strategies that can be run on it: those whose bars it can make, and that it has enough of. */
  readonly strategies: readonly string[]
  readonly instrument: Instrument
  readonly venue: VenueModel
  /** In words. */
  readonly costs: string
  load(): Promise<TickColumns | BarColumns>
}

const ALL = ['S01', 'S02', 'S03', 'S04', 'S05', 'S06', 'S07', 'S08', 'S09']

/** 3.50 USD a lot and side; a long position pays 6 % a year for its nights, a short one nothing. */
const COSTS: Instrument['costs'] = {
  commission: { type: 'usd-per-lot', rate: 3.5 },
  swap: {
    ...{ unit: 'percent', long: -6, short: 0, tripleDay: 3 },
    ...{ firstChargeMinute: 21 * 60, periodHours: 24, skippedPeriods: 0, chargedAtWeekends: false },
  },
}
const CHARGES = '3.50 USD commission a lot and side, 6 % swap a year on long positions'

/** Always open: the recorded rows alone decide. */
const gold = (digits: number): Instrument => ({
  ...SYNTHETIC_XAUUSD,
  ...{ digits, pipPosition: digits - 1, costs: COSTS },
  hours: { timeZone: 'UTC', sessions: [], holidays: [] },
})

const bars = async (file: string, instrument: Instrument): Promise<BarColumns> =>
  (await importFiles([join(DATA_FOLDER, file)], { instrument, timeZone: 'UTC', trustTimeZone: true }))
    .data as BarColumns

const [TWO, THREE] = [gold(2), gold(3)]
const TICKS = 'ticks/xauusd_ticks_oanda_2014-05-01_2014-05-09.csv.gz'
const M1 = 'bars/xauusd_m1_2025-12-19_2026-03-25.csv.gz'
const M15 = 'bars/xauusd_m15_2025-10-01_2026-06-12.csv.gz'
const BID = 'bars/xauusd_h1_bid_2006_2013.csv.gz'
const ASK = 'bars/xauusd_h1_ask_2006_2013.csv.gz'

/** What the strategies are run on, the shortest first. */
export const DATA_SETS: readonly DataSet[] = [
  {
    title: 'Nine days of quotes, May 2014',
    files: [TICKS],
    strategies: ALL,
    instrument: THREE,
    venue: { latencyMs: 50, slippageTicks: 20 },
    costs: `the recorded spread, ${CHARGES}, 0.02 USD slippage`,
    load: () => readTickFile(join(DATA_FOLDER, TICKS), { instrument: THREE }),
  },
  {
    title: 'Three months of M1 bars, December 2025 to March 2026',
    files: [M1],
    strategies: ALL,
    instrument: TWO,
    venue: { latencyMs: 50, barSpreadTicks: 30, slippageTicks: 5 },
    costs: `0.30 USD spread, ${CHARGES}, 0.05 USD slippage`,
    load: () => bars(M1, TWO),
  },
  {
    title: 'Eight months of M15 bars, October 2025 to June 2026',
    files: [M15],
    // S08 reads M5; S07 needs volume, which this file has not.
    strategies: ALL.filter(id => id !== 'S08' && id !== 'S07'),
    instrument: TWO,
    venue: { latencyMs: 50, barSpreadTicks: 30, slippageTicks: 5 },
    costs: `0.30 USD spread, ${CHARGES}, 0.05 USD slippage`,
    load: () => bars(M15, TWO),
  },
  {
    title: 'Eight years of H1 bars, 2006 to 2013',
    files: [BID, ASK],
    strategies: ['S01', 'S05'],
    instrument: TWO,
    venue: { latencyMs: 50, barSpreadTicks: 'recorded', slippageTicks: 5 },
    costs: `the recorded spread, ${CHARGES}, 0.05 USD slippage`,
    load: async () => withSpread(await bars(BID, TWO), await bars(ASK, TWO)),
  },
]

/** Files of a set that are not there. */
export function missingFiles({ files }: DataSet): readonly string[] {
  return files.filter(file => !existsSync(join(DATA_FOLDER, file)))
}

/** Bid bars with the spread at their close. */
export function withSpread(bid: BarColumns, ask: BarColumns): BarColumns {
  const spreadAt = new Map<number, number>()
  for (let row = 0; row < ask.length; row++)
    spreadAt.set(ask.openedAt[row] as number, ask.close[row] as number)
  let last = 0
  const spread = bid.openedAt.map((at, row) => {
    const found = (spreadAt.get(at) ?? Number.NaN) - (bid.close[row] as number)
    if (found >= 0) last = found
    return last
  })
  return { ...bid, spread }
}
