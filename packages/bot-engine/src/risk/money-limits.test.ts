import { lots, money, type Money, pips, type UnixMs } from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ManualBroker, sessions, start } from '../../test/manual-broker.ts'
import { backtest } from '../backtest/run.ts'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { maxDailyLoss } from '../protections/equity-protections.ts'
import { lowProfitLock } from '../protections/low-profit-lock.ts'
import { defineStrategy } from '../strategy/define.ts'
import type { EntryProtection } from '../strategy/entry-protection.ts'
import type { RiskLimits } from './limits.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

type Limits = { readonly risk?: RiskLimits; readonly protections?: readonly EntryProtection[] }

const WAYS: readonly (readonly [string, (amount: Money) => Limits])[] = [
  ['risk.maxDailyLoss', amount => ({ risk: { maxDailyLoss: amount } })],
  ['loss of the protection "max daily loss"', loss => ({ protections: [maxDailyLoss({ loss })] })],
  [
    'minNet of the protection "low-profit lock"',
    minNet => ({
      protections: [lowProfitLock({ withinMinutes: 60, minTrades: 2, minNet, pauseMinutes: 60 })],
    }),
  ],
]

const data = syntheticBars({
  seed: 1,
  instrument: SYNTHETIC_XAUUSD,
  timeframe: 'm15',
  count: 10,
  startAt: Date.UTC(2024, 0, 2) as UnixMs,
})
const once = (own: readonly EntryProtection[] = []) =>
  defineStrategy({
    name: 'once',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm15' } }),
    protections: () => own,
    create: () => ({
      onBar(_bar, ctx) {
        if (ctx.pendingEntries === 0) ctx.buy({ volume: lots(0.01), stopLoss: { pips: pips(100) } })
      },
    }),
  })
const run = (limits: Limits, own?: readonly EntryProtection[]) =>
  backtest(once(own), {
    params: {},
    instrument: SYNTHETIC_XAUUSD,
    data,
    account: { currency: 'USD', balance: 10_000, leverage: 100 },
    ...limits,
  })

describe.each(WAYS)('%s', (what, limits) => {
  it('with other digits than the account is refused before a backtest, with what to write', async () => {
    await expect(run(limits(money(500, 0, 'USD')))).rejects.toThrow(
      `[invalid-options] ${what} is 500 USD (USD with 0 digits), and the account is in USD with 2 digits: ` +
        "they cannot be compared. Write moneyFromDecimal(500, 2, 'USD').",
    )
  })

  it('in another currency is refused too, and never converted', async () => {
    await expect(run(limits(money(50_000, 2, 'EUR')))).rejects.toThrow(
      `${what} is 500.00 EUR (EUR with 2 digits), and the account is in USD with 2 digits: ` +
        "they cannot be compared. Write moneyFromDecimal(AMOUNT, 2, 'USD').",
    )
  })

  it('in the money of the account is none of that', async () => {
    expect((await run(limits(money(50_000, 2, 'USD')))).orderCount).toBeGreaterThan(0)
  })

  it('is refused by a live run before it subscribes', async () => {
    const broker = new ManualBroker()
    await expect(start({}, broker, limits(money(500, 0, 'USD')))).rejects.toThrow(`${what} is 500 USD`)
    expect(broker.log).not.toContain('start')
    await start({}, broker, limits(money(50_000, 2, 'USD')))
  })
})

it('a protection that the strategy states is checked as those of the run', async () => {
  await expect(run({}, [maxDailyLoss({ loss: money(500, 0, 'USD') })])).rejects.toThrow('[invalid-options]')
})
