import { type Bar, lots, type Price, type UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BarColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { MAX_STATE_LENGTH } from '../kernel/strategy-memory.ts'
import { defineStrategy } from '../strategy/define.ts'
import { backtest } from './run.ts'

const NOON = Date.UTC(2014, 4, 1, 12)
const POINTS = 129_000_000

function bars(length: number): BarColumns {
  const flat = new Float64Array(length).fill(POINTS)
  return {
    type: 'bars',
    symbolId: REPLAY_XAUUSD.id,
    timeframe: 'm1',
    length,
    openedAt: Float64Array.from(flat, (_, row) => NOON + row * 60_000),
    ...{ open: flat, high: flat, low: flat, close: flat },
    tickVolume: new Float64Array(length).fill(1),
  }
}

/** A bar from before {@link bars}. */
const past: Bar = {
  type: 'bar',
  symbolId: REPLAY_XAUUSD.id,
  timeframe: 'm1',
  openedAt: (NOON - 60_000) as UnixMs,
  closedAt: NOON as UnixMs,
  ...{ open: 1290 as Price, high: 1290 as Price, low: 1290 as Price, close: 1290 as Price },
  tickVolume: 1,
}

/** Counts bars, and keeps the levels of a grid. */
const counting = defineStrategy({
  name: 'counting',
  params: z.object({ junk: z.enum(['none', 'long', 'nan', 'map', 'cycle']).default('none') }),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  state: z.object({
    count: z.int().default(0),
    levels: z.array(z.number()).default(() => []),
    any: z.any().optional(),
  }),
  create: ({ params, state }) => ({
    onBar(bar) {
      state.count += 1
      state.levels.push(bar.close)
      if (params.junk === 'long') state.any = 'x'.repeat(MAX_STATE_LENGTH)
      if (params.junk === 'nan') state.count = Number.NaN
      if (params.junk === 'map' && state.count === 3) state.levels = new Map() as never
      if (params.junk === 'cycle') state.any = state
    },
  }),
})

const base = { instrument: REPLAY_XAUUSD, account: REPLAY_ACCOUNT, data: bars(3) }

describe('a strategy with a state', () => {
  it('starts from the defaults, and its last state is in the report', async () => {
    const { state } = await backtest(counting, { ...base, params: {} })
    expect(state).toEqual({ count: 3, levels: [1290, 1290, 1290] })
  })

  it('goes on from a state that is given, which stays as it was', async () => {
    const given = { count: 7, levels: [1] }
    const { state } = await backtest(counting, { ...base, params: {}, state: given })
    expect(state).toEqual({ count: 10, levels: [1, 1290, 1290, 1290] })
    expect(given).toEqual({ count: 7, levels: [1] })
  })

  it('is rebuilt by the warm-up without a state, and with one the warm-up leaves no mark', async () => {
    const warmUp = { main: { closed: [past, past] } }
    expect((await backtest(counting, { ...base, params: {}, warmUp })).state).toMatchObject({ count: 5 })
    const given = await backtest(counting, { ...base, params: {}, warmUp, state: { count: 7 } })
    expect(given.state).toEqual({ count: 10, levels: [1290, 1290, 1290] })
  })

  it.each<['long' | 'nan' | 'map' | 'cycle', RegExp]>([
    ['long', /65\d+ characters long, the most is 65536; "any" takes 65538/],
    ['nan', /does not fit its schema \(present\): count/],
    ['map', /levels/],
    ['cycle', /cannot be written as JSON/],
  ])('is refused when it holds what cannot be kept: %s', async (junk, message) => {
    const run = backtest(counting, { ...base, params: { junk } })
    await expect(run).rejects.toThrow(message)
    await expect(run).rejects.toMatchObject({ code: 'state-invalid' })
  })

  it('is refused when a given state does not fit its schema', async () => {
    const state = { count: 'many' } as never
    await expect(backtest(counting, { ...base, params: {}, state })).rejects.toThrow(/\(saved\): count/)
  })

  it('is refused when its schema has a field without a default', async () => {
    const bare = defineStrategy({ ...counting, state: z.object({ size: z.number() }), create: () => ({}) })
    await expect(backtest(bare, { ...base, params: {} })).rejects.toThrow(/Give each field a default/)
  })
})

it('a strategy without a state has none', async () => {
  const plain = defineStrategy({
    name: 'plain',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create: ({ state }) => ({
      onBar: (_bar, ctx) => void (state === undefined && ctx.buy({ volume: lots(0.01) })),
    }),
  })
  const report = await backtest(plain, { ...base, params: {} })
  expect(report.state).toBeUndefined()
  expect(report.fills).toHaveLength(2)
})
