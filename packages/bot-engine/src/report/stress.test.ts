import { type Instrument, symbolId } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { z } from 'zod'
import type { BacktestOptions } from '../backtest/options.ts'
import type { TickColumns } from '../data/columns.ts'
import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { defineStrategy } from '../strategy/define.ts'
import { stressedOptions } from './stress.ts'

const idle = defineStrategy({
  name: 'idle',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create: () => ({}),
})

/** Quotes of one instrument with these spreads in ticks, one after the other. */
function quotes(instrument: Instrument, tick: number, spreads: readonly number[]): TickColumns {
  return {
    type: 'ticks',
    symbolId: instrument.id,
    length: spreads.length,
    at: Float64Array.from(spreads, (_, row) => row),
    bid: Float64Array.from(spreads, () => 1000 * tick),
    ask: Float64Array.from(spreads, spread => (1000 + spread) * tick),
  }
}

function options(
  data: BacktestOptions<typeof idle>['data'],
  more: object = {},
): BacktestOptions<typeof idle> {
  return {
    params: {},
    instrument: SYNTHETIC_EURUSD,
    data,
    account: { currency: 'USD', balance: 10_000, leverage: 100 },
    ...more,
  }
}

function spreadsOf({ bid, ask }: TickColumns, tick: number): number[] {
  return Array.from(bid, (low, row) => ((ask[row] as number) - low) / tick)
}

it.each([
  [1, [0, 1, 2, 3, 4, 5]],
  [1.5, [0, 2, 3, 5, 6, 8]],
  [2, [0, 2, 4, 6, 8, 10]],
])(
  'recorded spreads of no to five ticks times %d are %j, to the next tick and never below',
  (factor, wanted) => {
    const data = quotes(SYNTHETIC_EURUSD, 1, [0, 1, 2, 3, 4, 5])
    const stressed = stressedOptions(options(data), factor).data as TickColumns
    expect(spreadsOf(stressed, 1)).toEqual(wanted)
  },
)

it('recorded quotes widen around their middle', () => {
  const data = quotes(SYNTHETIC_XAUUSD, 1000, [4])
  const stressed = stressedOptions(options(data, { instrument: SYNTHETIC_XAUUSD }), 2).data
  expect(stressed).toMatchObject({ bid: Float64Array.of(998_000), ask: Float64Array.of(1_006_000) })
})

it('quotes of a watched instrument widen by its own tick, and quotes replayed within bars at their ask', () => {
  const [own, watched] = [quotes(SYNTHETIC_EURUSD, 1, [3]), quotes(SYNTHETIC_XAUUSD, 1000, [3])]
  const both = stressedOptions(options([own, watched], { watched: [SYNTHETIC_XAUUSD] }), 1.5)
  const [first, second] = both.data as readonly TickColumns[]
  expect([spreadsOf(first as TickColumns, 1), spreadsOf(second as TickColumns, 1000)]).toEqual([[5], [5]])
  const replayed = stressedOptions(options(own, { intrabar: { policy: 'replay', data: own } }), 2)
  expect(replayed.intrabar).toMatchObject({
    policy: 'replay',
    data: { bid: Float64Array.of(1000), ask: Float64Array.of(1006) },
  })
})

it('commissions, their least amount and charged swap are multiplied; earned swap and the symbol itself are not', () => {
  const instrument: Instrument = {
    ...SYNTHETIC_EURUSD,
    id: symbolId(9),
    costs: {
      ...SYNTHETIC_EURUSD.costs,
      commission: { type: 'usd-per-lot', rate: 3 },
      minCommission: { amount: 1, currency: 'USD' },
      swap: { ...SYNTHETIC_XAUUSD.costs.swap, unit: 'points', long: -4, short: 2 } as NonNullable<
        Instrument['costs']['swap']
      >,
    },
  }
  const dear = stressedOptions(options(quotes(instrument, 1, [1]), { instrument }), 2).instrument
  expect(dear.costs).toMatchObject({
    commission: { type: 'usd-per-lot', rate: 6 },
    minCommission: { amount: 2, currency: 'USD' },
    swap: { long: -8, short: 2 },
  })
  expect({ ...dear, costs: instrument.costs }).toEqual(instrument)
})

it('the charge of swap-free accounts and the fee on conversions are multiplied, by fractions too', () => {
  const instrument: Instrument = {
    ...SYNTHETIC_EURUSD,
    costs: {
      ...SYNTHETIC_EURUSD.costs,
      rollover: { usdPerLot: 3, skippedDays: 2 },
      conversionFeePercent: 0.5,
    },
  }
  const costsAt = (factor: number) =>
    stressedOptions(options(quotes(instrument, 1, [1]), { instrument }), factor).instrument.costs
  expect(costsAt(2)).toMatchObject({
    rollover: { usdPerLot: 6, skippedDays: 2 },
    conversionFeePercent: 1,
  })
  expect(costsAt(1.5)).toMatchObject({ rollover: { usdPerLot: 4.5 }, conversionFeePercent: 0.75 })
})
