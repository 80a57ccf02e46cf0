import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tradesOf } from '@openclaw-trading/bot-engine/report'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runClaw } from '../../test/run-claw.ts'
import { commandsFor } from './index.ts'

// A command is loaded when it is first used, which takes a good part of a test's time.
beforeAll(() => commandsFor([]), 60_000)

let folder: string
let first: string
let second: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claw-report-'))
  const made = async (more: string) => {
    const { data } = await json(`backtest S03 --synthetic 1 --bars 1500 --no-check${more}`)
    return data.report.split(/[\\/]/)[1] as string
  }
  first = await made('')
  second = await made(' --set period=15')
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const claw = (line: string, cwd = folder) => runClaw(line, cwd)

async function json(line: string) {
  const { code, out } = await claw(`${line} --json`)
  return { code, ...JSON.parse(out) }
}

describe('claw report', () => {
  it('lists the newest run first, with the figures of each', async () => {
    const { data } = await json('report list')
    expect(data.runs.map(({ id }: { id: string }) => id)).toEqual([second, first])
    expect(data.runs[0]).toMatchObject({
      strategy: 'xauusd-bollinger-bounce',
      params: { period: 15 },
      currency: 'USD',
    })
    expect(data.runs[0].figures.tradeCount).toBeGreaterThan(10)
    const { out } = await claw('report list --limit 1')
    expect(out).toMatch(
      /RUN +STRATEGY +NET +FACTOR +SHARPE +TRADES\n +\S+-bounce\S* +xauusd-bollinger-bounce +[▲▼] /,
    )
    expect(out).not.toContain(`${first} `)
  })

  it('opens the newest run; without a display it prints the path and is done', async () => {
    expect(await claw('report open')).toMatchObject({
      code: 0,
      out: `${join('reports', second, 'index.html')}\n`,
    })
  })

  it('exports a run as page, document and trades', async () => {
    const { out } = await claw('report export latest~1 --format csv')
    expect(out).toBe(readFileSync(join(folder, 'reports', first, 'trades.csv'), 'utf8'))
    const { data } = await json(`report export ${first} --format html --out copies/one.html`)
    expect(data).toMatchObject({ id: first, format: 'html' })
    expect(readFileSync(join(folder, 'copies/one.html'), 'utf8')).toContain('<title>')
    expect(JSON.parse((await claw('report export latest --format json')).out).schema).toBe('openclaw.run/3')
  })

  it('reads a report of the first schema, which had its trades row by row', async () => {
    const old = mkdtempSync(join(tmpdir(), 'claw-report-1-'))
    try {
      cpSync(folder, old, { recursive: true })
      const file = join(old, 'reports', second, 'result.json')
      const document = JSON.parse(readFileSync(file, 'utf8'))
      const trades = tradesOf(document.trades)
      writeFileSync(file, JSON.stringify({ ...document, schema: 'openclaw.run/1', trades }))
      expect((await claw('report list', old)).code).toBe(0)
      expect((await claw(`report diff ${first} ${second}`, old)).out).toBe(
        (await claw(`report diff ${first} ${second}`)).out,
      )
    } finally {
      rmSync(old, { recursive: true, force: true })
    }
  })

  it('compares trade by trade, with a cause for each and the totals', async () => {
    const { data } = await json(`report diff ${first} ${second}`)
    const counts: Record<string, number> = Object.fromEntries(
      data.totals.map((total: { cause: string; trades: number }) => [total.cause, total.trades]),
    )
    expect(data.trades).toHaveLength(data.differing)
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(data.differing)
    const { code, out } = await claw(`report diff latest latest --exit-code`)
    expect([code, out]).toEqual([0, expect.stringMatching(/same +\d+ +0\.00 USD +the same to the cent/)])
    expect((await claw(`report diff latest~1 latest --exit-code`)).code).toBe(12)
  })
})

describe('claw compare', () => {
  it('puts figures side by side, with what differs in how the runs were made', async () => {
    const { data, warnings } = await json('compare latest~1 latest')
    expect(data.differences).toEqual([{ topic: 'parameter', name: 'period', one: null, other: 15 }])
    expect(warnings).toEqual([])
    expect((await claw('compare latest~1 latest')).out).toMatch(
      /Net profit +[▲▼].*\n[\s\S]*parameter +period +default +15/,
    )
  })

  it('says plainly when one of them counted each closing as a trade, and nothing when both did', async () => {
    const old = join(folder, 'counts')
    cpSync(join(folder, 'reports'), join(old, 'reports'), { recursive: true })
    const age = (run: string, changes: object = {}) => {
      const file = join(old, 'reports', run, 'result.json')
      const document = JSON.parse(readFileSync(file, 'utf8'))
      writeFileSync(
        file,
        JSON.stringify({
          ...document,
          schema: 'openclaw.run/2',
          trades: { ...document.trades, ...changes },
        }),
      )
    }
    age(first)
    const { code, out, err } = await claw('compare latest~1 latest', old)
    expect([code, out]).toEqual([0, expect.stringContaining('Net profit')])
    expect(err).toContain(
      'The runs count trades differently: A is of an earlier version, to which each closing was a trade, B counts a position',
    )
    const told = await claw('compare latest latest~1 --json', old)
    expect(JSON.parse(told.out).warnings).toMatchObject([
      { code: 'counts-differ', message: expect.stringContaining(': B is of an earlier version') },
    ])
    age(second)
    expect((await claw('compare latest~1 latest', old)).err).not.toContain('count trades differently')
    // One that names the parts of its positions counted them once.
    age(second, { share: [] })
    expect((await claw('compare latest~1 latest', old)).err).toContain('count trades differently')
  })

  it('warns when the runs saw different data', async () => {
    const other = join(folder, 'other')
    cpSync(join(folder, 'reports'), join(other, 'reports'), { recursive: true })
    const file = join(other, 'reports', first, 'result.json')
    const document = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ ...document, dataHash: 'another', dataSource: 'ticks.csv' }))
    const { code, out, err } = await claw('compare latest~1 latest', other)
    expect(code).toBe(0)
    expect(out).toMatch(/data +source +ticks\.csv +synthetic market, seed 1/)
    expect(err).toContain('⚠ The runs are over different data')
  })
})

describe('the terms of a run', () => {
  it('are compared as a whole: a record with other hours or sizes is told, a report of before had no hash', async () => {
    const other = join(folder, 'terms')
    cpSync(join(folder, 'reports'), join(other, 'reports'), { recursive: true })
    const file = join(other, 'reports', first, 'result.json')
    const { termsHash, ...document } = JSON.parse(readFileSync(file, 'utf8'))
    expect(termsHash).toMatch(/^[0-9a-f]{16}$/)
    writeFileSync(file, JSON.stringify({ ...document, termsHash: 'another' }))
    const differs = await claw('compare latest~1 latest', other)
    expect(differs.out).toMatch(/costs +terms hash +another +[0-9a-f]{16}/)
    expect(differs.err).toContain('⚠ Account or costs differ')
    writeFileSync(file, JSON.stringify(document))
    expect((await claw('compare latest~1 latest', other)).err).not.toContain('⚠')
  })
})

describe('the name of a run', () => {
  it('may be shortened as long as it is the only one, and a typing mistake is answered with the nearest', async () => {
    expect(await claw(`report open ${first.slice(0, 17)}`)).toMatchObject({
      code: first.slice(0, 17) === second.slice(0, 17) ? 2 : 0,
    })
    expect((await claw('report open 20')).err).toContain('Several runs begin with "20"')
    const near = await claw(`report open ${first.replace('bounce', 'bonuce')}`)
    expect([near.code, near.err]).toEqual([4, expect.stringMatching(/Did you mean 20\S+-bounce/)])
    expect((await claw('report open latest~9')).err).toContain('the oldest of 2 is latest~1')
  })

  it('of a project without runs is answered with how to make one', async () => {
    const { code, err } = await claw('report open', tmpdir())
    expect([code, err]).toEqual([4, expect.stringContaining('Make one: claw backtest <strategy>.')])
  })

  it('of damaged files is told as such', async () => {
    mkdirSync(join(folder, 'reports/zz-broken'))
    writeFileSync(join(folder, 'reports/zz-broken/result.json'), '{')
    const { code, err } = await claw('compare zz-broken latest~1')
    expect([code, err]).toEqual([
      10,
      expect.stringContaining('result.json of the run zz-broken cannot be read'),
    ])
  })
})
