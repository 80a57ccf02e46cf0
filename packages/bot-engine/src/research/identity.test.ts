import { unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { smaCross } from '../../test/sweep-strategy.ts'
import { backtest } from '../backtest/run.ts'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { cooldown } from '../protections/trade-protections.ts'
import { runIdentity, trialOf } from './identity.ts'
import { sweep } from './sweep.ts'
import type { SharedOptions } from './trial.ts'
import type { Trial } from './trial-ledger.ts'

type Options = SharedOptions<typeof smaCross>

const options: Options = {
  instrument: SYNTHETIC_XAUUSD,
  data: syntheticBars({
    seed: 1,
    instrument: SYNTHETIC_XAUUSD,
    timeframe: 'm15',
    count: 800,
    startAt: unixMs(Date.UTC(2025, 0, 6)),
  }),
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
}
const gold = options.instrument
const hashOf = (more: Partial<Options>) => runIdentity(smaCross, { ...options, ...more }).options
const dearer = { ...gold, costs: { ...gold.costs, commission: { type: 'usd-per-lot', rate: 7 } } } as const

describe('the identity of runs', () => {
  it.each<[string, Partial<Options>]>([
    ['another commission', { instrument: dearer }],
    ['other hours', { instrument: { ...gold, hours: { ...gold.hours, sessions: [] } } }],
    ['another lot size', { instrument: { ...gold, lotSize: 10 } }],
    ['another account', { account: { ...options.account, leverage: 30 } as Options['account'] }],
    [
      'leverage tiers',
      {
        account: {
          ...options.account,
          leverageTiers: [{ id: 1, tiers: [{ leverage: 20 }] }],
        } as Options['account'],
      },
    ],
    ['another venue', { venue: { latencyMs: 50, barSpreadTicks: 30 } }],
    ['a limit', { risk: { stopLossRequired: true } }],
    ['a protection', { protections: [cooldown({ minutes: 60 })] }],
    ['another seed', { seed: 2 }],
    ['a dearer symbol that is watched', { watched: [dearer] }],
  ])('is another one with %s', (_name, more) => {
    expect(hashOf(more)).not.toBe(hashOf({}))
  })

  it('is another one with another setting of a protection, or of a symbol that is watched', () => {
    expect(hashOf({ protections: [cooldown({ minutes: 30 })] })).not.toBe(
      hashOf({ protections: [cooldown({ minutes: 60 })] }),
    )
    expect(hashOf({ watched: [dearer] })).not.toBe(hashOf({ watched: [gold] }))
  })

  it('is the same with fields in another order, another name, and what changes no result', () => {
    const { hours, costs, ...rest } = gold
    expect(hashOf({ instrument: { hours, costs, ...rest, name: 'GOLD' }, explain: true })).toBe(hashOf({}))
    expect(runIdentity(smaCross, options, 'abc')).toEqual({ ...runIdentity(smaCross, options), code: 'abc' })
  })
})

describe('a trial', () => {
  it('of a run alone is that of the same run in a sweep, and with other code, costs or parameters another', async () => {
    const trials: Trial[] = []
    const ledger = {
      path: '',
      record: (more: readonly Trial[]) => trials.push(...more),
      count: () => expect.fail(),
    }
    for await (const _ of sweep(smaCross, {
      ...options,
      grid: { fast: [10] },
      base: { slow: 40 },
      codeHash: 'c1',
      ledger,
    }));
    const alone = async (fast: number, code: string, more: Partial<Options> = {}) => {
      const params = { slow: 40, fast }
      const shared = { ...options, ...more }
      const { equity } = await backtest(smaCross, { ...shared, params })
      return trialOf(smaCross, { params, equity }, runIdentity(smaCross, shared, code))
    }
    expect(await alone(10, 'c1')).toEqual(trials[0])
    for (const other of [
      await alone(11, 'c1'),
      await alone(10, 'c2'),
      await alone(10, 'c1', { instrument: dearer }),
    ])
      expect(other.key).not.toBe(trials[0]?.key)
  })
})
