import { type Commission, type Instrument, pointsPerTick } from '@openclaw-trading/trading-model'
import type { BacktestOptions } from '../backtest/options.ts'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import type { BarSpread } from '../simulation/venue-model.ts'
import type { AnyStrategy } from '../strategy/define.ts'

/**
 * The same run with its costs multiplied: spread, commission, swap that is charged, and slippage. Swap that is earned
 * stays as it is: dearer markets do not pay more.
 */
export function stressedOptions<S extends AnyStrategy>(
  options: BacktestOptions<S>,
  factor: number,
): BacktestOptions<S> {
  const { venue, instrument, data } = options
  const columns = 'type' in data ? [data] : data
  const widened = columns.map(one =>
    one.type === 'ticks'
      ? wider(one, factor, pointsPerTick(instrument))
      : dearerBars(one, factor, pointsPerTick(instrument)),
  )
  return {
    ...options,
    instrument: dearer(instrument, factor),
    data: 'type' in data ? (widened[0] ?? data) : (widened as readonly TickColumns[]),
    ...(venue === undefined ? {} : { venue: stressedVenue(venue, factor) }),
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
  const { commission, swap } = costs
  const charged = (rate: number) => (rate < 0 ? rate * factor : rate)
  return {
    ...instrument,
    costs: {
      ...costs,
      commission: dearerCommission(commission, factor),
      ...(swap === undefined
        ? {}
        : { swap: { ...swap, long: charged(swap.long), short: charged(swap.short) } }),
    },
  }
}

function dearerCommission(commission: Commission, factor: number): Commission {
  return commission.type === 'none' ? commission : { ...commission, rate: commission.rate * factor }
}

/** Both sides move away from the middle, so that neither direction is favoured. */
function wider(data: TickColumns, factor: number, tick: number): TickColumns {
  const bid = new Float64Array(data.length)
  const ask = new Float64Array(data.length)
  for (let row = 0; row < data.length; row++) {
    const [low, high] = [data.bid[row] as number, data.ask[row] as number]
    const more = Math.round(((high - low) * (factor - 1)) / 2 / tick) * tick
    bid[row] = Math.max(tick, low - more)
    ask[row] = high + more
  }
  return { ...data, bid, ask }
}

function dearerBars(data: BarColumns, factor: number, tick: number): BarColumns {
  if (data.spread === undefined) return data
  return { ...data, spread: data.spread.map(points => Math.round((points * factor) / tick) * tick) }
}
