import { env } from 'node:process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fault } from './model.ts'
import { comparable, deepWorlds, engineOf, managedWorlds, oracleOf, type World, worlds } from './world.ts'

/** Random paths in all of each part; the kinds share them. */
const PATHS = env['CLAW_TEST_FULL'] === '1' ? 1000 : 150
const KINDS: readonly World['over'][] = ['worst', 'path', 'replay ticks', 'replay bars', 'quotes']

describe('the engine and the oracle agree on every trade, fill and open position', () => {
  it.each(KINDS)('over %s', { timeout: 600_000 }, async over => {
    let trades = 0
    await fc.assert(
      fc.asyncProperty(worlds(over), async world => {
        const expected = comparable(oracleOf(world))
        expect(comparable(await engineOf(world))).toEqual(expected)
        trades += expected.trades.length
      }),
      { numRuns: PATHS / KINDS.length, seed: 20140501 },
    )
    expect(trades).toBeGreaterThan(PATHS / 5)
  })
})

describe('the engine and the oracle agree where policies move stops and close', () => {
  const kinds = ['worst', 'path', 'replay ticks', 'replay bars'] as const
  it.each(kinds)('over %s', { timeout: 600_000 }, async over => {
    let [trades, managedOnes] = [0, 0]
    await fc.assert(
      fc.asyncProperty(managedWorlds(over), async world => {
        const expected = comparable(oracleOf(world))
        expect(comparable(await engineOf(world))).toEqual(expected)
        trades += expected.trades.length
        const { policies: _, ...alone } = world
        if (JSON.stringify(comparable(oracleOf(alone))) !== JSON.stringify(expected)) managedOnes += 1
      }),
      { numRuns: Math.ceil(PATHS / kinds.length), seed: 20140502 },
    )
    expect(trades).toBeGreaterThan(PATHS / 5)
    // In most worlds they change the outcome.
    expect(managedOnes).toBeGreaterThan(PATHS / 10)
  })

  it.each<Fault>(['extreme before the entry counts', 'a part is of what is left'])(
    'and a rule of them that the oracle breaks is found: %s',
    async fault => {
      let found = 0
      for (const world of fc.sample(managedWorlds('worst'), { numRuns: 400, seed: 7 })) {
        const broken = JSON.stringify(comparable(oracleOf(world, [fault])))
        if (broken === JSON.stringify(comparable(oracleOf(world)))) continue
        expect(JSON.stringify(comparable(await engineOf(world)))).not.toBe(broken)
        found++
        break
      }
      expect(found).toBe(1)
    },
  )
})

describe('the engine and the oracle agree where the market has so much at each price', () => {
  it.each(KINDS)('over %s', { timeout: 600_000 }, async over => {
    let [trades, cut] = [0, 0]
    await fc.assert(
      fc.asyncProperty(deepWorlds(over), async world => {
        const expected = comparable(oracleOf(world))
        expect(comparable(await engineOf(world))).toEqual(expected)
        trades += expected.trades.length
        const { depth: _, ...rules } = world.rules
        if (JSON.stringify(comparable(oracleOf({ ...world, rules }))) !== JSON.stringify(expected)) cut += 1
      }),
      { numRuns: PATHS / KINDS.length, seed: 20140503 },
    )
    expect(trades).toBeGreaterThan(PATHS / 5)
    // In most worlds it changes the outcome.
    expect(cut).toBeGreaterThan(PATHS / 10)
  })
})

/** Each rule of depth broken in the oracle, with the kind of run that shows it. */
const DEPTH_FAULTS: readonly (readonly [Fault, World['over']])[] = [
  ['all at the first level', 'quotes'],
  ['levels last', 'quotes'],
  ['limit takes any level', 'quotes'],
  ['fok fills in part', 'quotes'],
  ['rest of a part is lost', 'quotes'],
  ['rest of a stop waits', 'quotes'],
  ['rest of a position is bare', 'quotes'],
  ['distance from the first level', 'quotes'],
  ['all at the first level', 'worst'],
  ['rest of a position is bare', 'path'],
]

describe('a rule of depth that the oracle breaks is found', () => {
  it.each(DEPTH_FAULTS)('%s, over %s', async (fault, over) => {
    let found = 0
    for (const world of fc.sample(deepWorlds(over), { numRuns: 80, seed: 7 })) {
      const broken = JSON.stringify(comparable(oracleOf(world, [fault])))
      if (broken === JSON.stringify(comparable(oracleOf(world)))) continue
      expect(JSON.stringify(comparable(await engineOf(world)))).not.toBe(broken)
      found++
      break
    }
    expect(found).toBe(1)
  })
})

/** Each rule broken in the oracle, with the kind of run that shows it. */
const FAULTS: readonly (readonly [Fault, World['over']])[] = [
  ['stop at its own level through a gap', 'quotes'],
  ['target before stop', 'worst'],
  ['commission once', 'worst'],
  ['target of a new position counts', 'worst'],
  ['trailing stop moves first', 'worst'],
  ['farther extreme first', 'path'],
  ['limit at the quote', 'replay ticks'],
  ['limit pays slippage', 'path'],
  ['one touch for a double trigger', 'replay ticks'],
  ['money cut off', 'replay bars'],
  ['due a millisecond late', 'quotes'],
  ['expiry before its last quote', 'quotes'],
  ['no triple swap', 'worst'],
  ['new position protected at once', 'replay bars'],
  ['stop-out ignores open commission', 'quotes'],
  ['decision fills at the close', 'worst'],
  ['short ignores the spread', 'path'],
  ['rest of a part is lost', 'quotes'],
  ['the break is open', 'quotes'],
  ['an order for the open fills at once', 'quotes'],
  ['an order for the open fills at once', 'replay ticks'],
]

describe('a rule that the oracle breaks is found', () => {
  it.each(FAULTS)('%s, over %s', async (fault, over) => {
    let found = 0
    for (const world of fc.sample(worlds(over), { numRuns: 80, seed: 7 })) {
      const broken = JSON.stringify(comparable(oracleOf(world, [fault])))
      if (broken === JSON.stringify(comparable(oracleOf(world)))) continue
      expect(JSON.stringify(comparable(await engineOf(world)))).not.toBe(broken)
      found++
      if (found === 1) break
    }
    expect(found).toBe(1)
  })
})
