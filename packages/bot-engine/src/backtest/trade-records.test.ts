import {
  dealId,
  type Fill,
  lots,
  lotsToCents,
  money,
  orderId,
  positionId,
  type Price,
  priceToPoints,
  unixMs,
} from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { REPLAY_XAUUSD } from '../data/instruments.ts'
import type { DealFacts } from '../execution-facts.ts'
import type { Trade } from '../kernel/trade.ts'
import { FillRecords } from './fill-records.ts'
import type { BacktestReport } from './report.ts'
import { roundTripsOf } from './round-trips.ts'
import { tradeNumbers } from './trade-numbers.ts'
import { factsOf, TradeRecords } from './trade-records.ts'

const account = { currency: 'EUR', digits: 2 }
const price = (value: number) => value as Price
const eur = (minor: number) => money(minor, 2, 'EUR')

function fills(number: number): readonly [Fill, Fill & Required<Pick<Fill, 'closing'>>] {
  const at = unixMs(1_700_000_000_000 + number)
  const common = { positionId: positionId(number + 1), volume: lots(0.1), at, commission: eur(-3) }
  const entry = { ...common, dealId: dealId(2 * number + 1), orderId: orderId(2 * number + 1) }
  const exit = { ...common, dealId: dealId(2 * number + 2), orderId: orderId(2 * number + 2) }
  const closing = {
    entryPrice: price(1.1),
    gross: eur(number),
    commission: eur(-6),
    swap: eur(-1),
    conversionFee: eur(0),
    balance: eur(1_000_000 + number),
    conversionRate: number % 2 === 0 ? 0.8 + number / 100 : 1,
  }
  return [
    { ...entry, side: 'buy', price: price(1.1) },
    { ...exit, side: 'sell', price: price(1.10001), closing },
  ]
}

/** What the simulated venue tells of a fill: nothing is converted where the rate is 1. */
function dealOf({
  dealId: id,
  orderId,
  positionId,
  side,
  volume,
  price,
  at,
  commission,
  closing,
}: Fill): DealFacts {
  const deal = {
    id,
    orderId,
    positionId,
    side,
    volumeCents: lotsToCents(REPLAY_XAUUSD, volume),
    pricePoints: priceToPoints(price),
    executedAt: at,
    commissionMinor: commission.minor,
  }
  if (closing === undefined) return deal
  const { conversionRate } = closing
  const realised = {
    entryPoints: priceToPoints(closing.entryPrice),
    grossMinor: closing.gross.minor,
    commissionMinor: closing.commission.minor,
    swapMinor: closing.swap.minor,
    conversionFeeMinor: closing.conversionFee.minor,
    balanceMinor: closing.balance.minor,
    conversionRate: conversionRate === 1 ? undefined : conversionRate,
  }
  return { ...deal, closing: realised }
}

function trade(number: number): Trade {
  const [entry, exit] = fills(number)
  const { gross, commission, swap, conversionFee, balance, entryPrice } = exit.closing
  return {
    positionId: exit.positionId,
    side: 'buy',
    volume: exit.volume,
    entryPrice,
    openedAt: entry.at,
    exitPrice: exit.price,
    closedAt: exit.at,
    entry,
    exit,
    exitReason: 'take-profit',
    gross,
    commission,
    swap,
    conversionFee,
    net: eur(number - 7),
    balance,
    ...(number % 2 === 0 && { initialStopLoss: price(1.09), stopLoss: price(1.095) }),
    ...(number % 3 === 0 && { takeProfit: price(1.10001) }),
  }
}

it('gives back the fills and trades that it took, with what they lack', () => {
  const fillRecords = new FillRecords(account, REPLAY_XAUUSD)
  const records = new TradeRecords(account, fillRecords)
  const { entry: _, ...takenOver } = { ...trade(9), exitReason: 'stop-out' as const }
  const trades = [...Array.from({ length: 8 }, (_, number) => trade(number)), takenOver]
  for (const [number, one] of trades.entries()) {
    for (const fill of fills(number === 8 ? 9 : number))
      if (fill !== undefined && (number < 8 || fill.closing !== undefined)) fillRecords.push(dealOf(fill))
    records.push(factsOf(one, false), 'whole')
  }
  expect(records.list()).toEqual(trades)
  expect(Object.keys(records.list()[0] as Trade)).toEqual(Object.keys(trade(0)))
  expect(records.list()[8]).not.toHaveProperty('entry')
  expect(records.list()[1]).not.toHaveProperty('stopLoss')
  expect(fillRecords.list()).toHaveLength(17)
  expect(fillRecords.list()[0]).toEqual(fills(0)[0])
  expect(fillRecords.list()[1]).toEqual(fills(0)[1])
  expect(records.list()[0]?.exit).toBe(fillRecords.list()[1])
})

it('tells trades as numbers as their objects would', () => {
  const fillRecords = new FillRecords(account, REPLAY_XAUUSD)
  const records = new TradeRecords(account, fillRecords)
  const trades = Array.from({ length: 6 }, (_, number) => trade(number))
  // All are open before the first one closes.
  for (const number of trades.keys()) fillRecords.push(dealOf(fills(number)[0]))
  for (const [number, one] of trades.entries()) {
    fillRecords.push(dealOf(fills(number)[1]))
    records.push(factsOf(one, false), 'whole')
  }
  const told = records.numbers()
  expect(told).toEqual(
    tradeNumbers({ trades, roundTrips: roundTripsOf(trades, []) } as unknown as BacktestReport),
  )
  const third = Object.fromEntries(Object.entries(told).map(([name, list]) => [name, [list].flat()[2]]))
  expect(third).toMatchObject({
    side: 'buy',
    volume: 0.1,
    exitPrice: 1.10001,
    initialStopLoss: 1.09,
    takeProfit: Number.NaN,
    exitReason: 'take-profit',
    gross: 2,
    commission: -6,
    net: -5,
  })
})
