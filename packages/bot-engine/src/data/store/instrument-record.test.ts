import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Instrument, LeverageTier, UnixMs } from '@openclaw-trading/trading-model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isEngineError } from '../../errors.ts'
import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '../instruments.ts'
import { syntheticBars } from '../synthetic-bars.ts'
import { leverageTiersOf, parseInstrument } from './instrument-record.ts'
import { openDataStore } from './store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-record-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const gold: Instrument = {
  ...SYNTHETIC_XAUUSD,
  leverageId: 7,
  shortSelling: true,
  maxExposure: SYNTHETIC_XAUUSD.maxVolume,
  costs: {
    commission: { type: 'usd-per-million', rate: 35 },
    minCommission: { amount: 0.1, currency: 'USD' },
    swap: {
      unit: 'pips',
      long: -35.2,
      short: 12.1,
      tripleDay: 3,
      firstChargeMinute: 1260,
      periodHours: 24,
      skippedPeriods: 0,
      chargedAtWeekends: false,
    },
    rollover: { usdPerLot: 2, skippedDays: 1 },
    minStopDistance: 10,
  },
  hours: {
    ...SYNTHETIC_XAUUSD.hours,
    holidays: [{ day: 20_000, recurring: true, timeZone: 'UTC', startSecond: 0, endSecond: 3600 }],
  },
}

const TIERS: readonly LeverageTier[] = [
  { upToUsd: 500_000, leverage: 200 },
  { upToUsd: 2_000_000, leverage: 50 },
  { leverage: 20 },
]

const thrown = (work: () => unknown): Error => {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  return expect.fail('it passed')
}

describe('records of instruments in a store', () => {
  it('come back as they were written, with where they came from and when', async () => {
    const store = openDataStore(folder)
    expect(store.instrument('XAUUSD')).toBeUndefined()
    const recordedAt = Date.UTC(2026, 2, 4, 9)
    const report = await store.writeInstrument({ instrument: gold, source: 'a broker', recordedAt })
    expect(report).toMatchObject({ outcome: 'new', changes: [] })
    const record = { instrument: gold, source: 'a broker', recordedAt: '2026-03-04T09:00:00.000Z' }
    expect(store.instrument('XAUUSD')).toEqual(record)
    const startAt = Date.UTC(2024, 0, 29) as UnixMs
    for (const timeframe of ['m15', 'h1'] as const) {
      const data = syntheticBars({ seed: 1, instrument: gold, timeframe, count: 20, startAt })
      await store.write({ symbol: 'XAUUSD', data, digits: 2 })
    }
    expect(store.list().map(entry => entry.record)).toEqual([record, record])
    expect(await store.verify()).toMatchObject({ problems: [] })
  })

  it('keep the leverage tiers, and tell when they have changed', async () => {
    const store = openDataStore(folder)
    await store.writeInstrument({ instrument: gold, source: 'a broker', leverageTiers: TIERS })
    const record = store.instrument('XAUUSD')
    expect(record).toMatchObject({ instrument: gold, leverageTiers: TIERS })
    expect(leverageTiersOf([record!, { instrument: SYNTHETIC_EURUSD }])).toEqual([{ id: 7, tiers: TIERS }])
    const fewer = [{ leverage: 20 }]
    expect(
      await store.writeInstrument({ instrument: gold, source: 'a broker', leverageTiers: fewer }),
    ).toMatchObject({
      outcome: 'changed',
      changes: [{ field: 'leverageTiers', before: TIERS, after: fewer }],
    })
    expect((await store.writeInstrument({ instrument: gold, source: 'a broker' })).changes).toEqual([
      { field: 'leverageTiers', before: fewer },
    ])
    expect(store.instrument('XAUUSD')).not.toHaveProperty('leverageTiers')
  })

  it('of before there were leverage tiers are read as they are', async () => {
    const store = openDataStore(folder)
    mkdirSync(join(folder, 'XAUUSD'))
    const older = { schema: 'claw.instrument/1', source: 'a broker', recordedAt: '2026-03-04T09:00:00.000Z' }
    const path = join(folder, 'XAUUSD', 'instrument.json')
    writeFileSync(path, JSON.stringify({ ...older, instrument: gold }))
    const { schema: _, ...record } = older
    expect(store.instrument('XAUUSD')).toEqual({ ...record, instrument: gold })
    expect(
      await store.writeInstrument({ instrument: gold, source: 'a broker', leverageTiers: TIERS }),
    ).toMatchObject({ outcome: 'changed', changes: [{ field: 'leverageTiers', after: TIERS }] })
  })

  it.each([
    [
      'descend',
      [
        { upToUsd: 2, leverage: 100 },
        { upToUsd: 1, leverage: 50 },
      ],
      /leverageTiers: must ascend/,
    ],
    ['go on behind the last', [{ leverage: 100 }, { upToUsd: 1, leverage: 50 }], /must ascend/],
    ['have no leverage', [{ leverage: 0 }], /leverageTiers\.0\.leverage/],
    ['are none', [], /leverageTiers/],
  ])('with tiers that %s are not written', async (_name, leverageTiers, expected) => {
    const write = openDataStore(folder).writeInstrument({
      instrument: gold,
      source: 'a broker',
      leverageTiers,
    })
    await expect(write).rejects.toThrow(expected)
  })

  it('replace the one before, and say field by field what differs', async () => {
    const store = openDataStore(folder)
    await store.writeInstrument({ instrument: gold, source: 'a broker' })
    expect(await store.writeInstrument({ instrument: gold, source: 'a broker' })).toMatchObject({
      outcome: 'same',
    })
    const { swap: _swap, ...costs } = gold.costs
    const changed: Instrument = {
      ...gold,
      guaranteedStops: true,
      costs: { ...costs, commission: { type: 'usd-per-million', rate: 40 } },
      hours: { ...gold.hours, holidays: [] },
    }
    const { outcome, changes } = await store.writeInstrument({ instrument: changed, source: 'a broker' })
    expect(outcome).toBe('changed')
    expect(changes).toContainEqual({ field: 'costs.commission.rate', before: 35, after: 40 })
    expect(changes).toContainEqual({ field: 'costs.swap.long', before: -35.2 })
    expect(changes).toContainEqual({ field: 'guaranteedStops', after: true })
    expect(changes).toContainEqual({ field: 'hours.holidays', before: gold.hours.holidays, after: [] })
    expect(changes).toHaveLength(3 + Object.keys(gold.costs.swap ?? {}).length)
    expect(store.instrument('XAUUSD')?.instrument).toEqual(changed)
  })

  it.each([
    ['no JSON', () => '{"schema": "claw.inst', /is no JSON/],
    ['a missing field', (text: string) => text.replace(/ *"lotSize": 100,\n/, ''), /instrument\.lotSize/],
    [
      'a misspelt cost',
      (text: string) => text.replace('minStopDistance', 'minStopDistnce'),
      /minStopDistnce/,
    ],
    [
      'a value out of range',
      (text: string) => text.replace('"digits": 2', '"digits": 7'),
      /instrument\.digits/,
    ],
    [
      'a zone that nobody knows',
      (text: string) => text.replace('America/New_York', 'Mars/Base'),
      /instrument\.hours\.timeZone: must be an IANA zone/,
    ],
    ['another schema', (text: string) => text.replace('instrument/1', 'instrument/2'), /schema/],
    ['the record of another', (text: string) => text.replace('"XAUUSD"', '"GOLD"'), /record of GOLD/],
  ])('with %s are named instead of read, and the next write mends them', async (_name, damage, expected) => {
    const store = openDataStore(folder)
    const { path } = await store.writeInstrument({ instrument: gold, source: 'a broker' })
    const startAt = Date.UTC(2024, 0, 29) as UnixMs
    const data = syntheticBars({ seed: 1, instrument: gold, timeframe: 'h1', count: 20, startAt })
    await store.write({ symbol: 'XAUUSD', data, digits: 2 })
    writeFileSync(path, damage(readFileSync(path, 'utf8')))
    const error = thrown(() => store.instrument('XAUUSD'))
    expect(isEngineError(error, 'data-invalid')).toBe(true)
    expect(error.message).toContain(path)
    expect(error.message).toMatch(expected)
    expect(thrown(() => store.list()).message).toContain(path)
    expect((await store.verify()).problems).toEqual([{ path, problem: expect.stringMatching(expected) }])
    expect(await store.writeInstrument({ instrument: gold, source: 'a broker' })).toMatchObject({
      outcome: 'mended',
    })
    expect(store.instrument('XAUUSD')?.instrument).toEqual(gold)
  })

  it('are compared and not written in a dry run', async () => {
    const store = openDataStore(folder)
    const record = { instrument: gold, source: 'a test' }
    expect((await store.writeInstrument({ ...record, dryRun: true })).outcome).toBe('new')
    expect(readdirSync(folder)).toEqual([])
    await store.writeInstrument(record)
    const dearer = { ...gold, lotSize: 2 * gold.lotSize }
    const { outcome, changes } = await store.writeInstrument({ ...record, instrument: dearer, dryRun: true })
    expect([outcome, changes]).toEqual([
      'changed',
      [{ field: 'lotSize', before: gold.lotSize, after: dearer.lotSize }],
    ])
    expect(store.instrument(gold.name)?.instrument).toEqual(gold)
  })

  it('that no reader would take are not written', async () => {
    const store = openDataStore(folder)
    const write = store.writeInstrument({ instrument: { ...gold, lotSize: 0 }, source: 'a broker' })
    await expect(write).rejects.toThrow(/invalid-options.*XAUUSD.*instrument\.lotSize/s)
    expect(readdirSync(folder)).toEqual([])
  })

  it('written at once by several leave one whole record and no other file', async () => {
    const store = openDataStore(folder)
    await Promise.all(
      Array.from({ length: 8 }, () => store.writeInstrument({ instrument: gold, source: 'a broker' })),
    )
    expect(store.instrument('XAUUSD')?.instrument).toEqual(gold)
    expect(readdirSync(join(folder, 'XAUUSD'))).toEqual(['instrument.json'])
  })

  it('are no series: a symbol with a slash and nothing but a record is not listed', async () => {
    const store = openDataStore(folder)
    const instrument = { ...SYNTHETIC_EURUSD, name: 'EUR/USD' }
    await store.writeInstrument({ instrument, source: 'a broker' })
    mkdirSync(join(folder, 'GBPUSD'))
    expect(store.instrument('EUR/USD')?.instrument).toEqual(instrument)
    expect(store.list()).toEqual([])
  })
})

describe('parseInstrument', () => {
  it('reads an instrument alone, and the file of a record', async () => {
    const store = openDataStore(folder)
    const { path } = await store.writeInstrument({ instrument: gold, source: 'a broker' })
    expect(parseInstrument(readFileSync(path, 'utf8'), path)).toEqual({ instrument: gold })
    expect(parseInstrument(JSON.stringify(gold), 'gold.json')).toEqual({ instrument: gold })
    const tiered = { instrument: gold, leverageTiers: TIERS }
    await store.writeInstrument({ ...tiered, source: 'a broker' })
    expect(parseInstrument(readFileSync(path, 'utf8'), path)).toEqual(tiered)
    expect(parseInstrument(JSON.stringify({ ...gold, leverageTiers: TIERS }), 'gold.json')).toEqual(tiered)
    const { leverageId: _, ...nameless } = gold
    expect(
      thrown(() => parseInstrument(JSON.stringify({ ...nameless, leverageTiers: TIERS }), 'x.json')).message,
    ).toMatch(/leverageId: must be stated with leverageTiers/)
    expect(thrown(() => parseInstrument('{"name":"X"}', 'x.json')).message).toMatch(
      /x\.json.*digits.*lotSize/s,
    )
  })
})
