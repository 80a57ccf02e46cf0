import type { SimulatorControl } from '@openclaw-trading/ctrader-simulator'
import { unixMs } from '@openclaw-trading/trading-model'
import { expect } from 'vitest'
import { schema } from '../reliability/codec/schema.ts'
import { ask, type Fields, login, type Session, type Step } from './session.ts'

// What a broker may say although this venue has no reason of its own to: each field is put into a real message.

const GOLD = 41
/** Time and prices stand still, and nothing takes time. */
const still = {
  mode: { type: 'live-clock', clock: 'manual', market: 'still' } as const,
  rateLimits: false,
  venue: { latencyMs: 0 },
}

const valuesOf = (name: string): readonly number[] =>
  schema.enums[name]?.values.map(([, number]) => number) ?? []

/** The next message of a type says this. */
const say = (payloadType: number, path: string, value: unknown): Step => ({
  act: control => control.faults.set({ type: 'set-field', payloadType, path, value }, { times: 1 }),
})

/** What arrives where a value was put at the end of a path; the lists on the way have one item. */
function arrived(path: string, value: unknown, lists: readonly string[]): Fields {
  const [name = '', ...rest] = path.split('.')
  const inner = rest.length === 0 ? value : arrived(rest.join('.'), value, lists)
  return { [name]: lists.includes(name) && rest.length > 0 ? [inner] : inner }
}

const LISTS = ['deal', 'depositWithdraw', 'symbol', 'holiday', 'position', 'order']

/** Asks once for each value of a field. */
const each = (
  [request, fields, answer]: readonly [number, Fields, number],
  path: string,
  values: readonly unknown[],
): readonly Step[] =>
  values.flatMap(value => [
    say(answer, path, value),
    ...ask(request, fields, answer, arrived(path, value, LISTS)),
  ])

const TRADER = [2121, {}, 2122] as const
const SYMBOL = [2116, { symbolId: [GOLD] }, 2117] as const
const POSITIONS = [2124, {}, 2125] as const
const CASH = [2143, { fromTimestamp: '$now', toTimestamp: '$now' }, 2144] as const
const DEALS = [2133, { fromTimestamp: '$now', toTimestamp: '$now' }, 2134] as const

const open: readonly Step[] = [
  {
    send: 2106,
    fields: { ctidTraderAccountId: '$account', symbolId: GOLD, orderType: 1, tradeSide: 1, volume: 100 },
    id: 'open',
  },
  { some: 2126, fields: { executionType: 3 } },
]

const holidays = [{ day: 20_000, recurring: true, timeZone: 'UTC' }]
const BONUS = {
  bonusHistoryId: 3,
  managerBonus: 500,
  managerDelta: 500,
  ibBonus: 0,
  ibDelta: 0,
  changeBonusTimestamp: 5,
  externalNote: 'welcome',
  introducingBrokerId: 8,
  moneyDigits: 2,
}
const deposit = (control: SimulatorControl): void => control.deposit(10, 'first')

/** Everything that the protocol can say and this venue says on request alone. */
export const saidSessions: readonly Session[] = [
  {
    name: 'tells of an account what other brokers tell',
    venue: still,
    steps: [
      ...login(),
      ...each(TRADER, 'trader.frenchRisk', [true]),
      ...each(TRADER, 'trader.ibBonus', [5]),
      ...each(TRADER, 'trader.managerBonus', [6]),
      ...each(TRADER, 'trader.nonWithdrawableBonus', [7]),
      ...each(
        TRADER,
        'trader.limitedRiskMarginCalculationStrategy',
        valuesOf('ProtoOALimitedRiskMarginCalculationStrategy'),
      ),
      ...each(TRADER, 'trader.accountType', valuesOf('ProtoOAAccountType')),
    ],
  },
  {
    name: 'tells of a symbol what other brokers tell',
    venue: still,
    steps: [
      ...login(),
      {
        act: control =>
          control.changeInstrument('XAUUSD', { hours: { timeZone: 'UTC', sessions: [], holidays } }),
      },
      { expect: 2120, fields: { symbolId: [GOLD] } },
      ...each(SYMBOL, 'symbol.commission', [7]),
      ...each(SYMBOL, 'symbol.minCommission', [8]),
      ...each(SYMBOL, 'symbol.minCommissionType', valuesOf('ProtoOAMinCommissionType')),
      ...each(SYMBOL, 'symbol.gslCharge', [9]),
      ...each(SYMBOL, 'symbol.measurementUnits', ['oz']),
      ...each(SYMBOL, 'symbol.holiday.description', ['Christmas']),
      ...each(SYMBOL, 'symbol.swapRollover3Days', valuesOf('ProtoOADayOfWeek')),
    ],
  },
  {
    name: 'tells of positions and deals what other brokers tell',
    venue: still,
    steps: [
      ...login(),
      ...open,
      ...each(POSITIONS, 'position.positionStatus', valuesOf('ProtoOAPositionStatus')),
      ...each(POSITIONS, 'position.mirroringCommission', [-3]),
      ...each(POSITIONS, 'position.tradeData.measurementUnits', ['oz']),
      ...each(POSITIONS, 'position.tradeData.guaranteedStopLoss', [true]),
      ...each(DEALS, 'deal.dealStatus', valuesOf('ProtoOADealStatus')),
    ],
  },
  {
    name: 'tells every kind of cash flow, and bonuses as they come',
    venue: still,
    steps: [
      ...login(),
      { act: deposit },
      {
        expect: 2126,
        fields: {
          executionType: 10,
          depositWithdraw: {
            operationType: 0,
            delta: 1000,
            balanceVersion: 1,
            equity: expect.any(Number),
            externalNote: 'first',
            moneyDigits: 2,
          },
        },
      },
      { expect: 2123, fields: { trader: { balanceVersion: 1 } } },
      ...each(CASH, 'depositWithdraw.operationType', valuesOf('ProtoOAChangeBalanceType')),
      ...valuesOf('ProtoOAChangeBonusType').flatMap(operationType => [
        say(2126, 'executionType', 12),
        say(2126, 'bonusDepositWithdraw', { ...BONUS, operationType }),
        { act: deposit },
        {
          expect: 2126,
          fields: { executionType: 12, bonusDepositWithdraw: { ...BONUS, operationType } },
        },
        { expect: 2123 },
      ]),
    ],
  },
  {
    name: 'tells when a maintenance ends, in seconds or milliseconds, and why it says goodbye',
    venue: still,
    steps: [
      ...login(),
      ...(['venue', 'proxy'] as const).flatMap((carrier): readonly Step[] => [
        {
          act: control =>
            control.faults.set({ type: 'maintenance', carrier, endsAt: 7_000_000 }, { times: 1 }),
        },
        { send: 2104, id: carrier },
        carrier === 'venue'
          ? { expect: 2142, id: carrier, fields: { maintenanceEndTimestamp: 7000 } }
          : { expect: 50, id: carrier, fields: { maintenanceEndTimestamp: 7_000_000 } },
      ]),
      { act: control => control.faults.set({ type: 'client-disconnect', reason: 'Blocked' }) },
      { expect: 2148, fields: { reason: 'Blocked' } },
      { closed: 'A' },
    ],
  },
  {
    name: 'advances by hand to where a swap is charged',
    venue: { ...still, mode: { ...still.mode, startAt: unixMs(Date.UTC(2025, 0, 7, 7)) } },
    steps: [
      ...login(),
      {
        act: control =>
          control.changeInstrument('XAUUSD', {
            costs: {
              swap: {
                unit: 'pips',
                long: -5,
                short: -5,
                firstChargeMinute: 480,
                periodHours: 24,
                skippedPeriods: 0,
                chargedAtWeekends: true,
              },
            },
          }),
      },
      { expect: 2120 },
      ...open,
      { act: control => control.clock.advance(7_200_000) },
      { some: 2126, fields: { executionType: 9, position: { tradeData: { symbolId: GOLD } } } },
    ],
  },
]
