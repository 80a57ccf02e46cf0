import { type Instrument, symbolId } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../../data/instruments.ts'
import { createExchange } from '../exchange.ts'
import type { ExchangeAccount, ExchangeEvent, ExchangeState } from '../exchange-types.ts'

const MONDAY = Date.parse('2026-01-12T10:00Z')
const DAY = 86_400_000
const swap = {
  unit: 'points',
  long: -5,
  short: 2,
  tripleDay: 3,
  firstChargeMinute: 21 * 60,
  periodHours: 24,
  skippedPeriods: 0,
  chargedAtWeekends: false,
} as const
const EURUSD: Instrument = {
  ...REPLAY_XAUUSD,
  id: symbolId(1),
  name: 'EURUSD',
  digits: 5,
  pipPosition: 4,
  lotSize: 100_000,
  base: 'EUR',
  costs: { commission: { type: 'usd-per-lot', rate: 2.5 } },
}
const USDJPY: Instrument = {
  ...EURUSD,
  id: symbolId(2),
  name: 'USDJPY',
  digits: 3,
  pipPosition: 2,
  base: 'USD',
  quote: 'JPY',
}
const LOT = 10_000_000

interface Setting {
  readonly instruments?: readonly Instrument[]
  readonly account?: Partial<ExchangeAccount>
  readonly state?: ExchangeState
}

function venue({ instruments = [EURUSD], account = {}, state }: Setting = {}) {
  const events: ExchangeEvent[] = []
  const exchange = createExchange({
    instruments,
    account: { ...REPLAY_ACCOUNT, ...account },
    venue: { latencyMs: 0 },
    onEvent: event => events.push(event),
    ...(state === undefined ? {} : { state }),
  })
  const run = (at: number) => {
    while (exchange.nextDueAt <= at) exchange.runDue()
  }
  const quote = (at: number, bid: number, id = EURUSD.id, spread = 0) => {
    while (exchange.nextDueAt < at) exchange.runDue()
    exchange.quote(id, at, bid, bid + spread)
  }
  const open = (at: number, side: 'buy' | 'sell', volumeCents = LOT, id = EURUSD.id, levels = {}) => {
    exchange.submit({ type: 'market', symbolId: id, side, volumeCents, ...levels }, at)
    run(at)
  }
  const close = (at: number, id: number, volumeCents: number) => {
    exchange.submit({ type: 'close', positionId: id as never, volumeCents }, at)
    run(at)
  }
  return { exchange, events, run, quote, open, close }
}

const swaps = (events: readonly ExchangeEvent[]) =>
  events.flatMap(event =>
    event.type === 'swap-charged'
      ? [`${new Date(event.at).toISOString().slice(5, 16)} ${event.position.id} ${event.chargedMinor}`]
      : [],
  )
const withSwap = (changes: Partial<typeof swap> | Record<string, unknown> = {}, instrument = EURUSD) => ({
  ...instrument,
  costs: { ...instrument.costs, swap: { ...swap, ...changes } },
})

describe('swap', () => {
  it('is charged at its minute on each weekday, three times on the triple day, and not at the weekend', () => {
    const made = venue({ instruments: [withSwap()] })
    made.quote(MONDAY, 110_000)
    made.open(MONDAY, 'buy')
    made.open(MONDAY, 'sell')
    made.quote(MONDAY + 7 * DAY, 110_000)
    // 5 points of 0.00001 on 100,000 EUR are 5 USD.
    expect(swaps(made.events)).toEqual([
      '01-12T21:00 1 -500',
      '01-12T21:00 2 200',
      '01-13T21:00 1 -500',
      '01-13T21:00 2 200',
      '01-14T21:00 1 -1500',
      '01-14T21:00 2 600',
      '01-15T21:00 1 -500',
      '01-15T21:00 2 200',
      '01-16T21:00 1 -500',
      '01-16T21:00 2 200',
    ])
  })

  it('takes the exact instant: a position opened at it is charged the next time', () => {
    const made = venue({ instruments: [withSwap()] })
    const at = Date.parse('2026-01-12T21:00Z')
    made.quote(at - 1, 110_000)
    made.open(at - 1, 'buy')
    made.open(at, 'buy')
    made.quote(at + 1, 110_000)
    expect(swaps(made.events)).toEqual(['01-12T21:00 1 -500'])
  })

  it('skips the first periods, and follows a period of hours, also at weekends where the record says so', () => {
    const friday = Date.parse('2026-01-16T10:00Z')
    const made = venue({ instruments: [withSwap({ periodHours: 12, skippedPeriods: 2 })] })
    made.quote(friday, 110_000)
    made.open(friday, 'buy')
    made.quote(friday + 4 * DAY, 110_000)
    // 16th 21:00 and 19th 09:00 are skipped.
    expect(swaps(made.events)).toEqual(['01-19T21:00 1 -500', '01-20T09:00 1 -500'])
    const always = venue({ instruments: [withSwap({ chargedAtWeekends: true })] })
    always.quote(friday, 110_000)
    always.open(friday, 'buy')
    always.quote(friday + 3 * DAY, 110_000)
    expect(swaps(always.events).map(line => line.slice(0, 5))).toEqual(['01-16', '01-17', '01-18'])
  })

  it.each([
    ['pips', { unit: 'pips', long: -0.5 }, -500],
    ['points', { unit: 'points', long: -5 }, -500],
    // 110,000 USD × 3.6 % ÷ 360
    ['percent', { unit: 'percent', long: -3.6 }, -1100],
  ])('is counted in %s', (_, changes, expected) => {
    const made = venue({ instruments: [withSwap(changes)] })
    made.quote(MONDAY, 110_000)
    made.open(MONDAY, 'buy')
    made.run(MONDAY + DAY / 2)
    expect(made.exchange.positions[0]?.swapMinor).toBe(expected)
  })

  it('is realised pro rata at the close, and the parts add up', () => {
    const made = venue({ instruments: [withSwap({ long: -0.05 })] })
    made.quote(MONDAY, 110_000)
    made.open(MONDAY, 'buy')
    made.run(MONDAY + DAY / 2)
    expect(made.exchange.positions[0]?.swapMinor).toBe(-5)
    made.close(MONDAY + DAY / 2, 1, LOT / 2)
    made.close(MONDAY + DAY / 2, 1, LOT / 2)
    const closings = made.events.flatMap(event =>
      event.type === 'order-filled' && event.deal.closing ? [event.deal.closing] : [],
    )
    expect(closings.map(({ swapMinor }) => swapMinor)).toEqual([-3, -2])
    expect(closings.map(({ commissionMinor }) => commissionMinor)).toEqual([-250, -250])
    expect(made.exchange.balanceMinor).toBe(1_000_000 - 5 - 500)
  })

  it('gives way to the rollover commission on a swap-free account', () => {
    const rollover = { usdPerLot: 4, skippedDays: 1, tripleDay: 5 }
    const instrument = withSwap()
    const made = venue({
      instruments: [{ ...instrument, costs: { ...instrument.costs, rollover } }],
      account: { swapFree: true },
    })
    made.quote(MONDAY, 110_000)
    made.open(MONDAY, 'sell', LOT / 2)
    made.quote(MONDAY + 7 * DAY, 110_000)
    expect(swaps(made.events)).toEqual([
      '01-13T21:00 1 -200',
      '01-14T21:00 1 -200',
      '01-15T21:00 1 -200',
      '01-16T21:00 1 -600',
    ])
  })
})

describe('an account in another currency', () => {
  const instruments = [
    EURUSD,
    { ...USDJPY, costs: { commission: { type: 'none' }, conversionFeePercent: 0.7 } as const },
  ]

  it('converts profit over two symbols by their bids, takes the fee, and rounds each once', () => {
    const made = venue({ instruments, account: { currency: 'EUR' } })
    made.quote(MONDAY, 125_000)
    made.quote(MONDAY, 15_000_000, USDJPY.id)
    made.open(MONDAY, 'buy', LOT / 10, USDJPY.id)
    // 10,000 USD are 8,000 EUR: 80 EUR at 1:100.
    expect(made.exchange.positions[0]?.usedMarginMinor).toBe(8000)
    made.quote(MONDAY + 1, 15_100_000, USDJPY.id)
    made.close(MONDAY + 1, 1, LOT / 10)
    const [closing] = made.events.flatMap(event =>
      event.type === 'order-filled' && event.deal.closing ? [event.deal.closing] : [],
    )
    // 10,000 × 1 JPY ÷ 151 ÷ 1.25 = 52.98 EUR; 0.7 % of it is 0.37.
    expect(closing).toMatchObject({ grossMinor: 5298, conversionFeeMinor: -37, balanceMinor: 1_005_261 })
    expect(closing?.conversionRate).toBeCloseTo(1 / 151 / 1.25, 12)
  })

  it('has no order filled while a rate is missing', () => {
    const made = venue({ instruments, account: { currency: 'EUR' } })
    made.quote(MONDAY, 15_000_000, USDJPY.id)
    made.open(MONDAY, 'buy', LOT, USDJPY.id)
    expect(made.events).toMatchObject([{ type: 'order-rejected', code: 'NO_QUOTES' }])
  })

  it('keeps the margin of the opening, whatever the rate does', () => {
    const made = venue({ instruments, account: { currency: 'EUR' } })
    made.quote(MONDAY, 125_000)
    made.quote(MONDAY, 15_000_000, USDJPY.id)
    made.open(MONDAY, 'buy', LOT / 10, USDJPY.id)
    made.quote(MONDAY + 1, 100_000)
    expect(made.exchange.money.marginMinor).toBe(8000)
    const again = venue({ instruments, account: { currency: 'EUR' }, state: made.exchange.state() })
    expect(again.exchange.money.marginMinor).toBe(8000)
  })
})

describe('money digits', () => {
  it.each([
    [0, 1, 11],
    [3, 1000, 11_260],
    [8, 100_000_000, 1_126_000_000],
  ])('of %i count profit and margin in their own unit', (digits, unit, margin) => {
    const made = venue({ account: { digits, balanceMinor: 10_000 * unit } })
    made.quote(MONDAY, 112_600)
    made.open(MONDAY, 'buy', 100_000)
    // The recorded 1,000 EUR at 1:100.
    expect(made.exchange.positions[0]?.usedMarginMinor).toBe(margin)
    made.quote(MONDAY + 1, 212_600)
    expect(made.exchange.money.grossMinor(made.exchange.positions[0] as never)).toBe(1000 * unit)
  })

  it('refuse a position whose value they cannot state, and a balance that would be rounded', () => {
    const digits = 8
    const made = venue({ account: { digits, balanceMinor: Number.MAX_SAFE_INTEGER, leverage: 1e6 } })
    made.quote(MONDAY, 100_000)
    made.open(MONDAY, 'buy', LOT * 100)
    made.open(MONDAY, 'buy', LOT * 1000)
    expect(made.events.map(({ type }) => type).filter(type => type === 'order-filled')).toHaveLength(1)
    expect(made.events.at(-1)).toMatchObject({ type: 'order-rejected', code: 'TRADING_BAD_VOLUME' })
    expect(() => made.exchange.money.changeBalance(Number.MAX_SAFE_INTEGER, MONDAY)).toThrow('2^53')
    expect(() => venue({ account: { digits, balanceMinor: 2 ** 53 } })).toThrow('[invalid-options]')
  })
})

describe('margin', () => {
  it.each([
    ['sum', 11_000 + 5500],
    ['max', 11_000],
    ['net', 5500],
  ] as const)('of both directions is counted by %s', (marginMethod, expected) => {
    const made = venue({ account: { marginMethod } })
    made.quote(MONDAY, 110_000)
    made.open(MONDAY, 'buy', LOT / 10)
    made.open(MONDAY, 'sell', LOT / 20)
    expect(made.exchange.money.marginMinor).toBe(expected)
    // A hedge costs nothing more under max, and frees margin under net.
    const more = made.exchange.money.expectedMarginMinor(EURUSD.id, 'sell', LOT / 20)
    expect(more).toBe({ sum: 5500, max: 0, net: -5500 }[marginMethod])
  })

  it('runs over the leverage tiers of the side, and moves down them when a position before it goes', () => {
    const made = venue({
      instruments: [{ ...EURUSD, leverageId: 7 }],
      account: {
        leverage: 200,
        balanceMinor: 100_000_000,
        leverageTiers: [{ id: 7, tiers: [{ upToUsd: 100_000, leverage: 500 }, { leverage: 50 }] }],
      },
    })
    made.quote(MONDAY, 100_000)
    made.open(MONDAY, 'buy')
    made.open(MONDAY, 'buy')
    made.open(MONDAY, 'sell')
    const margins = () => made.exchange.positions.map(({ usedMarginMinor }) => usedMarginMinor)
    // The account gives no more than 1:200; the second buy lies in the tier of 1:50.
    expect(margins()).toEqual([50_000, 200_000, 50_000])
    made.close(MONDAY, 1, LOT)
    expect(margins()).toEqual([50_000, 50_000])
    expect(made.events.at(-1)).toMatchObject({
      type: 'margin-changed',
      position: { id: 2, usedMarginMinor: 50_000 },
    })
  })
})

describe('margin calls and stop-out', () => {
  const account = { leverage: 100, balanceMinor: 200_000 }
  const types = (events: readonly ExchangeEvent[]) =>
    events.map(event => (event.type === 'margin-call' ? `margin-call ${event.percent}` : event.type))

  it('tells each threshold once in ten minutes of market time', () => {
    const made = venue({ account: { ...account, marginCallPercents: [150, 100] } })
    made.quote(MONDAY, 100_000)
    made.open(MONDAY, 'buy')
    made.events.length = 0
    // Margin 1,000, equity 2,000 − 2.50: 150 % are reached 0.49750 % lower.
    made.quote(MONDAY + 1, 99_503)
    expect(types(made.events)).toEqual([])
    made.quote(MONDAY + 2, 99_502)
    made.quote(MONDAY + 3, 99_000)
    made.quote(MONDAY + 600_001, 99_000)
    expect(types(made.events)).toEqual(['margin-call 150', 'margin-call 100'])
    made.quote(MONDAY + 600_002, 99_000)
    expect(types(made.events).slice(2)).toEqual(['margin-call 150'])
  })

  it('forgets nothing of it over a restart, and tells a moved threshold anew', () => {
    const rules = { ...account, marginCallPercents: [150] }
    const made = venue({ account: rules })
    made.quote(MONDAY, 100_000)
    made.open(MONDAY, 'buy')
    made.quote(MONDAY + 1, 99_000)
    const again = venue({ account: rules, state: JSON.parse(JSON.stringify(made.exchange.state())) })
    again.quote(MONDAY + 2, 99_000)
    expect(again.events).toEqual([])
    expect(again.exchange.money.setMarginCall(0, 120, MONDAY + 3)).toBe(true)
    expect(again.exchange.money.setMarginCall(1, 120, MONDAY + 3)).toBe(false)
    again.quote(MONDAY + 4, 99_000)
    expect(types(again.events)).toEqual(['margin-call 120'])
  })

  it('closes whole positions until the level is above the threshold (sequence K)', () => {
    const stopOut = { levelPercent: 50, closes: 'whole', first: 'most-margin' } as const
    const made = venue({ account: { ...account, stopOut } })
    made.quote(MONDAY, 100_000)
    made.open(MONDAY, 'buy', LOT / 2)
    made.open(MONDAY, 'buy', LOT, EURUSD.id, { stopDistancePoints: 50_000 })
    made.events.length = 0
    made.quote(MONDAY + 1, 99_100)
    made.quote(MONDAY + 2, 99_000)
    made.quote(MONDAY + 3, 98_900)
    made.quote(MONDAY + 4, 98_800)
    const [accepted, filled, cancelled] = made.events
    expect(types(made.events)).toEqual(['order-accepted', 'order-filled', 'order-cancelled'])
    expect(accepted).toMatchObject({ server: true, order: { type: 'market', closing: true, stopOut: true } })
    expect(filled).toMatchObject({
      server: true,
      order: { stopOut: true },
      position: { id: 2, volumeCents: 0 },
    })
    expect(cancelled).toMatchObject({ server: true, order: { type: 'protection' } })
    expect(made.exchange.positions.map(({ id }) => id)).toEqual([1])
  })

  it('takes the position with the greatest loss first where the account says so', () => {
    const stopOut = { levelPercent: 50, closes: 'whole', first: 'most-losing' } as const
    const made = venue({ account: { ...account, stopOut } })
    made.quote(MONDAY, 101_000)
    made.open(MONDAY, 'buy', LOT / 2)
    made.quote(MONDAY, 100_000)
    made.open(MONDAY, 'buy', (LOT * 6) / 10)
    made.quote(MONDAY + 1, 99_000)
    expect(made.exchange.positions.map(({ id }) => id)).toEqual([2])
  })

  it('closes only as much as is needed where the account closes in parts', () => {
    const stopOut = { levelPercent: 50, closes: 'partial', first: 'most-margin' } as const
    const made = venue({ account: { ...account, stopOut } })
    made.quote(MONDAY, 100_000)
    made.open(MONDAY, 'buy')
    made.quote(MONDAY + 1, 98_450)
    const [position] = made.exchange.positions
    expect(position?.volumeCents).toBeGreaterThan(0)
    expect(position?.volumeCents).toBeLessThan(LOT)
    const { equityMinor, marginMinor } = made.exchange.money
    expect(equityMinor / marginMinor).toBeGreaterThan(0.5)
    // One step less would not have been enough.
    expect(equityMinor / (marginMinor + 1000)).toBeLessThan(0.5)
  })

  it('leaves positions alone while their market is closed', () => {
    const hours = { timeZone: 'UTC', sessions: [{ startSecond: 0, endSecond: 1 }], holidays: [] }
    const open = venue({ account })
    open.quote(MONDAY, 100_000)
    open.open(MONDAY, 'buy')
    const stopOut = { levelPercent: 50, closes: 'whole', first: 'most-margin' } as const
    const shut = venue({
      instruments: [{ ...EURUSD, hours }],
      account: { ...account, stopOut },
      state: open.exchange.state(),
    })
    shut.quote(MONDAY + 1, 98_000)
    expect(shut.events).toEqual([])
    expect(shut.exchange.positions).toHaveLength(1)
  })
})

describe('deposits and withdrawals', () => {
  it('move the balance, are told, and are kept with their ids over a restart', () => {
    const made = venue()
    expect(made.exchange.money.changeBalance(50_000, MONDAY, 'top up')).toBe(true)
    expect(made.exchange.money.changeBalance(-20_000, MONDAY + 1)).toBe(true)
    expect(made.events).toMatchObject([
      { type: 'balance-changed', change: { id: 1, deltaMinor: 50_000, balanceMinor: 1_050_000 } },
      { type: 'balance-changed', change: { id: 2, deltaMinor: -20_000, balanceVersion: 2 } },
    ])
    const again = venue({ state: made.exchange.state() })
    again.exchange.money.changeBalance(1, MONDAY + 2)
    expect(again.exchange.money.balanceChanges.map(({ id }) => id)).toEqual([1, 2, 3])
    expect(again.exchange.balanceMinor).toBe(1_030_001)
  })

  it('refuse more than the free margin', () => {
    const made = venue()
    made.quote(MONDAY, 100_000)
    made.open(MONDAY, 'buy')
    // 10,000 − 2.50 commission − 1,000 margin
    expect(made.exchange.money.changeBalance(-899_751, MONDAY)).toBe(false)
    expect(made.exchange.money.changeBalance(-899_750, MONDAY)).toBe(true)
  })

  it('forget the oldest beyond their limit and never an id', () => {
    const made = venue()
    for (let index = 0; index <= 1000; index++) made.exchange.money.changeBalance(1, MONDAY + index)
    const { balanceChanges } = made.exchange.money
    expect(balanceChanges.length).toBeLessThanOrEqual(1000)
    expect(balanceChanges.at(-1)?.id).toBe(1001)
  })
})

describe('a restart at any point', () => {
  it('goes on exactly as if there had been none', () => {
    const setting = {
      instruments: [withSwap({ periodHours: 1 }), { ...USDJPY, leverageId: 7 }],
      account: {
        currency: 'EUR',
        balanceMinor: 300_000,
        leverageTiers: [{ id: 7, tiers: [{ upToUsd: 50_000, leverage: 100 }, { leverage: 30 }] }],
        marginCallPercents: [200, 100],
        stopOut: { levelPercent: 50, closes: 'partial', first: 'most-losing' },
      } as const,
    }
    const drive = (made: ReturnType<typeof venue>, from: number, to: number) => {
      for (let step = from; step < to; step++) {
        const at = MONDAY + step * 900_000
        const wave = Math.round(Math.sin(step / 7) * 2000) - step * 15
        made.quote(at, 110_000 + wave, EURUSD.id, 20)
        made.quote(at, 15_000_000 + wave * 100, USDJPY.id, 2000)
        if (step % 5 === 0) made.open(at, step % 2 === 0 ? 'buy' : 'sell', LOT / 10)
        if (step % 7 === 0) made.open(at, 'buy', LOT / 10, USDJPY.id)
        if (step % 11 === 0 && step > 0) made.close(at, step / 11, LOT / 20)
      }
    }
    const whole = venue(setting)
    drive(whole, 0, 120)
    const kinds = new Set(whole.events.map(({ type }) => type))
    for (const type of ['swap-charged', 'margin-call', 'margin-changed', 'order-filled'] as const)
      expect(kinds).toContain(type)
    for (const cut of [1, 13, 40, 77, 119]) {
      const first = venue(setting)
      drive(first, 0, cut)
      const second = venue({ ...setting, state: JSON.parse(JSON.stringify(first.exchange.state())) })
      drive(second, cut, 120)
      expect([...first.events, ...second.events]).toEqual(whole.events)
      expect(second.exchange.state()).toEqual(whole.exchange.state())
    }
  })
})
