import {
  type Commission,
  type Instrument,
  pointsPerTick,
  type SymbolId,
} from '@openclaw-trading/trading-model'
import type { BacktestOptions } from '../backtest/options.ts'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import type { BarSpread } from '../simulation/venue-model.ts'
import type { AnyStrategy } from '../strategy/define.ts'

/**
 * The same run with its costs multiplied: spread, also of quotes replayed within bars, commission and its least amount,
 * swap that is charged, the charge of swap-free accounts, the fee on conversions, and slippage. Swap that is earned
 * stays as it is: dearer markets do not pay more.
 */
export function stressedOptions<S extends AnyStrategy>(
  options: BacktestOptions<S>,
  factor: number,
): BacktestOptions<S> {
  const { venue, instrument, watched = [], data, intrabar } = options
  const tickOf = (symbol: SymbolId) =>
    pointsPerTick([instrument, ...watched].find(({ id }) => id === symbol) ?? instrument)
  const widened = <T extends BarColumns | TickColumns>(one: T, isWithinBars = false): T =>
    (one.type === 'ticks'
      ? wider(one, factor, tickOf(one.symbolId), isWithinBars)
      : dearerBars(one, factor, tickOf(one.symbolId))) as T
  return {
    ...options,
    instrument: dearer(instrument, factor),
    data: 'type' in data ? widened(data) : data.map(one => widened(one)),
    ...(venue === undefined ? {} : { venue: stressedVenue(venue, factor) }),
    ...(intrabar?.policy === 'replay' && { intrabar: { ...intrabar, data: widened(intrabar.data, true) } }),
  }
}

function stressedVenue(venue: NonNullable<BacktestOptions<AnyStrategy>['venue']>, factor: number) {
  const { barSpreadTicks, slippageTicks } = venue
  return {
    ...venue,
    ...(barSpreadTicks === undefined ? {} : { barSpreadTicks: stressedSpread(barSpreadTicks, factor) }),
    ...(slippageTicks === undefined ? {} : { slippageTicks: Math.round(slippageTicks * factor) }),
  }
}

function stressedSpread(spread: BarSpread, factor: number): BarSpread {
  if (spread === 'recorded') return spread
  return typeof spread === 'number'
    ? Math.round(spread * factor)
    : spread.map(ticks => Math.round(ticks * factor))
}

function dearer(instrument: Instrument, factor: number): Instrument {
  const { costs } = instrument
  const { commission, minCommission, swap, rollover, conversionFeePercent } = costs
  const charged = (rate: number) => (rate < 0 ? rate * factor : rate)
  return {
    ...instrument,
    costs: {
      ...costs,
      commission: dearerCommission(commission, factor),
      ...(minCommission && { minCommission: { ...minCommission, amount: minCommission.amount * factor } }),
      ...(swap === undefined
        ? {}
        : { swap: { ...swap, long: charged(swap.long), short: charged(swap.short) } }),
      ...(rollover && { rollover: { ...rollover, usdPerLot: rollover.usdPerLot * factor } }),
      ...(conversionFeePercent && { conversionFeePercent: conversionFeePercent * factor }),
    },
  }
}

function dearerCommission(commission: Commission, factor: number): Commission {
  return commission.type === 'none' ? commission : { ...commission, rate: commission.rate * factor }
}

/**
 * Both sides move away from the middle, so that neither direction is favoured. Of what is missing to the whole tick the
 * spread as a whole gets one, not each side: a spread of one tick would else stay, or become three. Quotes within bars
 * keep their bid, of which the bars are.
 */
function wider(data: TickColumns, factor: number, tick: number, keepsBid: boolean): TickColumns {
  const bid = new Float64Array(data.length)
  const ask = new Float64Array(data.length)
  for (let row = 0; row < data.length; row++) {
    const [low, high] = [data.bid[row] as number, data.ask[row] as number]
    const moreTicks = Math.round(((high - low) * (factor - 1)) / tick)
    const below = keepsBid ? 0 : Math.floor(moreTicks / 2)
    bid[row] = Math.max(tick, low - below * tick)
    ask[row] = high + (moreTicks - below) * tick
  }
  return { ...data, bid, ask }
}

function dearerBars(data: BarColumns, factor: number, tick: number): BarColumns {
  if (data.spread === undefined) return data
  return { ...data, spread: data.spread.map(points => Math.round((points * factor) / tick) * tick) }
}
