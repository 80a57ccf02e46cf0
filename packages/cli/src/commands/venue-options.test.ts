import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataStore, SYNTHETIC_EURUSD } from '@openclaw-trading/bot-engine/data'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runClaw } from '../../test/run-claw.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claw-venue-'))
  config('{}')
  await claw('data get EURUSD --ticks --synthetic --from 2024-01-08 --to 2024-01-10')
  await writeBars()
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Bars of a quarter of an hour that the ticks of the store make. */
async function writeBars(): Promise<void> {
  const store = openDataStore(join(folder, '.claw', 'data'))
  const instrument = SYNTHETIC_EURUSD
  const { at, bid, length } = await store.read({ symbol: 'EURUSD', series: 'ticks', instrument })
  const rows: number[][] = []
  for (let row = 0; row < length; row++) {
    const [openedAt, price] = [Math.floor(at[row]! / 900_000) * 900_000, bid[row]!]
    const bar = rows.at(-1)
    if (bar === undefined || bar[0] !== openedAt) rows.push([openedAt, price, price, price, price, 1])
    else
      rows[rows.length - 1] = [
        openedAt,
        bar[1]!,
        Math.max(bar[2]!, price),
        Math.min(bar[3]!, price),
        price,
        bar[5]! + 1,
      ]
  }
  const column = (index: number) => Float64Array.from(rows, bar => bar[index]!)
  const [openedAt, open, high, low, close, tickVolume] = [0, 1, 2, 3, 4, 5].map(column) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const data = {
    type: 'bars',
    symbolId: instrument.id,
    timeframe: 'm15',
    length: rows.length,
    openedAt,
    open,
    high,
    low,
    close,
    tickVolume,
  } as const
  await store.write({
    symbol: 'EURUSD',
    data,
    digits: instrument.digits,
    source: 'the ticks',
    timeZone: 'UTC',
  })
}

const claw = (line: string) => runClaw(line, folder)
const config = (text: string) => writeFileSync(join(folder, 'claw.config.mjs'), `export default ${text}\n`)
const MADE = 'backtest S03 --synthetic 1 --bars 3000 --no-check'

async function figures(line: string) {
  const { code, out, err } = await claw(`${line} --no-check --json`)
  expect({ code, err }).toEqual({ code: 0, err: expect.anything() })
  return JSON.parse(out).data
}
const latestRun = () => {
  const written = readdirSync(join(folder, 'reports')).map(run => join(folder, 'reports', run, 'result.json'))
  // Several runs begin in one second, by which they are named.
  const [latest = ''] = written.sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs)
  return JSON.parse(readFileSync(latest, 'utf8'))
}

describe('how the venue fills', () => {
  it('--slippage costs, stands in the report, and makes another run of it', async () => {
    const without = await figures(MADE)
    const before = latestRun()
    const dearer = await figures(`${MADE} --slippage 30`)
    expect(dearer.parts[0].metrics.netProfit.minor).toBeLessThan(without.parts[0].metrics.netProfit.minor)
    expect(dearer.trials).toBe(without.trials + 1)
    expect(latestRun().costTerms).toMatchObject({ slippage: '30 points' })
    expect(latestRun().termsHash).not.toBe(before.termsHash)
  })

  it('--depth fills in parts, stands in the report, and makes another run of it; nonsense is refused', async () => {
    const without = await figures(MADE)
    const thin = await figures(`${MADE} --depth 0:0.01,200:0.02,5000:50`)
    expect(thin.trials).toBe(without.trials + 1)
    expect(thin.parts[0].metrics.netProfit.minor).toBeLessThan(without.parts[0].metrics.netProfit.minor)
    expect(latestRun().costTerms).toMatchObject({
      depth: '0.01 lots at 0 points, 0.02 lots at 200 points, 50 lots at 5000 points',
    })
    expect([without.ordersCut, thin.ordersCut]).toEqual([null, 0])
    const cut = await figures(`${MADE} --depth 0:0.01`)
    expect(cut.ordersCut).toBeGreaterThan(0)
    expect(latestRun().ordersCut).toBe(cut.ordersCut)
    expect((await claw(`${MADE} --depth 0:0.01`)).out).toContain(
      `depth   ${cut.ordersCut} orders found too little volume and were cut`,
    )
    for (const levels of ['1:2', '0:1,0:2', '0:0', '0:1;5:2', 'deep'])
      expect(await claw(`${MADE} --depth ${levels}`)).toMatchObject({
        code: 2,
        err: expect.stringContaining('steps and lots above 0'),
      })
  })

  it('--intrabar path decides within bars, and stands in headline and report', async () => {
    const { err } = await claw(`${MADE} --intrabar path`)
    expect(err).toContain('within a bar path')
    expect(latestRun().intrabar.policy).toBe('path')
  })

  it('--intrabar replay takes the m1 bars of a seeded market of which the store has m15 bars too', async () => {
    const made = mkdtempSync(join(tmpdir(), 'claw-made-'))
    for (const series of ['m1', 'm15'])
      await runClaw(`data get XAUUSD --tf ${series} --synthetic --from 2024-01-08 --to 2024-01-20`, made)
    const { code, err } = await runClaw('backtest S03 --symbol XAUUSD --intrabar replay --no-report', made)
    expect(err).toContain('within a bar replay')
    expect(code).toBe(0)
    rmSync(made, { recursive: true })
  })

  it('--intrabar replay takes the ticks of the store, and says what is missing', async () => {
    await figures('backtest S03 --symbol EURUSD --intrabar replay --out-of-sample 0')
    expect(latestRun()).toMatchObject({ intrabar: { policy: 'replay' }, market: { rowsAre: 'm15 bars' } })
    expect(await claw(`${MADE} --intrabar replay`)).toMatchObject({
      code: 10,
      err: expect.stringContaining('needs ticks or m1 bars of XAUUSD in the store'),
    })
    expect(await claw(`${MADE} --intrabar worse`)).toMatchObject({ code: 2 })
  })

  it('the default spread is that of gold, and told of other symbols', async () => {
    const { err } = await claw('backtest S03 --symbol EURUSD --no-check --out-of-sample 0')
    expect(err).toContain(
      'EURUSD runs with the default spread of 28 points (0.00028), which is usual of gold.',
    )
    expect((await claw(MADE)).err).not.toContain('default spread')
  })

  it('--latency is of quotes: over bars it is refused', async () => {
    const ticks = 'backtest S03 --symbol EURUSD --ticks --set timeframe=m1'
    await figures(`${ticks} --latency 400`)
    expect(latestRun().costTerms).toMatchObject({ latency: '400 ms' })
    expect(await claw(`${MADE} --latency 400`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('fills at the next open, whatever the latency'),
    })
  })

  it('the spread of bars is one, 24 by hour, or recorded', async () => {
    const byHour = Array.from({ length: 24 }, (_, hour) => (hour < 7 ? 200 : 10))
    // A module is read once: each config has a folder of its own.
    const withSpread = (text: string) => {
      const own = mkdtempSync(join(folder, 'spread-'))
      writeFileSync(join(own, 'claw.config.mjs'), `export default { market: { spreadTicks: ${text} } }\n`)
      return runClaw(`${MADE} --no-report`, own)
    }
    expect(await withSpread(JSON.stringify(byHour))).toMatchObject({
      code: 0,
      err: expect.stringContaining('spread by hour'),
    })
    expect(await withSpread("'recorded'")).toMatchObject({
      code: 3,
      err: expect.stringContaining('no column of spreads'),
    })
    expect(await withSpread('[1, 2]')).toMatchObject({
      code: 3,
      err: expect.stringContaining('market.spreadTicks'),
    })
  })
})
