import { existsSync } from 'node:fs'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject, strategyText } from './author-project.ts'

const BODY =
  'if (!ctx.position && ctx.pendingEntries === 0) ctx.buy({ volume: lots(params.deviation / 10), stopLoss: { pips: pips(params.period) }, takeProfit: { pips: pips(50) } })'

let project: AuthorProject
let first: string
let second: string
beforeAll(async () => {
  project = await authorProject()
  await project.write('claw.config.ts', 'export default { market: { synthetic: { bars: 1500 } } }\n')
  const text = strategyText('holder', BODY).replace('create: () =>', 'create: ({ params }) =>')
  await project.write('strategies/holder.ts', text)
  const made = async (...args: readonly string[]) => {
    const { out } = await project.claw(['backtest', 'holder', '--json', ...args])
    return JSON.parse(out).data.report.split(/[\\/]/)[1] as string
  }
  first = await made()
  second = await made('--set', 'period=60')
})
afterAll(() => project.remove())

const claw = (line: string) => project.claw(line.split(' '))
async function json(line: string) {
  const { code, out } = await claw(`${line} --json`)
  return { code, ...JSON.parse(out) }
}

describe('claw report', () => {
  it('lists the newest run first, with the figures of each', async () => {
    const { data } = await json('report list')
    expect(data.runs.map(({ id }: { id: string }) => id)).toEqual([second, first])
    expect(data.runs[0]).toMatchObject({ strategy: 'holder', params: { period: 60 }, currency: 'USD' })
    expect(data.runs[0].figures.tradeCount).toBeGreaterThan(10)
    const { out } = await claw('report list --limit 1')
    expect(out).toMatch(/RUN +STRATEGY +NET +FACTOR +SHARPE +TRADES\n +\S+-holder\S* +holder +[▲▼] /)
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
    expect(out).toBe(await readFile(join(project.dir, 'reports', first, 'trades.csv'), 'utf8'))
    const { data } = await json(`report export ${first} --format html --out copies/one.html`)
    expect(data).toMatchObject({ id: first, format: 'html' })
    expect(await readFile(join(project.dir, 'copies/one.html'), 'utf8')).toContain('<title>')
    expect(JSON.parse((await claw('report export latest --format json')).out).schema).toBe('openclaw.run/1')
  })

  it('compares trade by trade, with a cause for each and the totals', async () => {
    const { data } = await json(`report diff ${first} ${second}`)
    const counts: Record<string, number> = Object.fromEntries(
      data.totals.map((total: { cause: string; trades: number }) => [total.cause, total.trades]),
    )
    expect(data.trades).toHaveLength(data.differing)
    expect(counts['time']).toBeGreaterThan(0)
    const { code, out } = await claw(`report diff latest latest --exit-code`)
    expect([code, out]).toEqual([0, expect.stringMatching(/same +\d+ +0\.00 USD +the same to the cent/)])
    expect((await claw(`report diff latest~1 latest --exit-code`)).code).toBe(12)
  })
})

describe('claw compare', () => {
  it('puts figures side by side, with what differs in how the runs were made', async () => {
    const { data, warnings } = await json('compare latest~1 latest')
    expect(data.differences).toEqual([{ topic: 'parameter', name: 'period', one: null, other: 60 }])
    expect(warnings).toEqual([])
    expect((await claw('compare latest~1 latest')).out).toMatch(
      /Net profit +[▲▼].*\n[\s\S]*parameter +period +default +60/,
    )
  })

  it('warns when the runs saw different data', async () => {
    const other = await authorProject()
    await other.write('claw.config.ts', 'export default {}\n')
    await cp(join(project.dir, 'reports'), join(other.dir, 'reports'), { recursive: true })
    const file = join(other.dir, 'reports', first, 'result.json')
    const document = JSON.parse(await readFile(file, 'utf8'))
    await writeFile(file, JSON.stringify({ ...document, dataHash: 'another', dataSource: 'ticks.csv' }))
    const { code, out, err } = await other.claw(['compare', 'latest~1', 'latest'])
    expect(code).toBe(0)
    expect(out).toMatch(/data +source +ticks\.csv +synthetic market, seed 1/)
    expect(err).toContain('⚠ The runs are over different data')
    await other.remove()
  })
})

describe('the name of a run', () => {
  it('may be shortened as long as it is the only one, and a typing mistake is answered with the nearest', async () => {
    expect((await claw(`report open ${first.slice(0, -3)}`)).code).toBe(
      first.startsWith(second.slice(0, -3)) ? 2 : 0,
    )
    expect((await claw('report open 20')).err).toContain('Several runs begin with "20"')
    const near = await claw(`report open ${first.replace('holder', 'hodler')}`)
    expect([near.code, near.err]).toEqual([4, expect.stringMatching(/Did you mean 20\S+-holder/)])
    expect((await claw('report open latest~9')).err).toContain('the oldest of 2 is latest~1')
  })

  it('of a project without runs is answered with how to make one', async () => {
    const empty = await authorProject()
    const { code, err } = await empty.claw(['report', 'open'])
    expect([code, err]).toEqual([4, expect.stringContaining('Make one: claw backtest <strategy>.')])
    await empty.remove()
  })

  it('of damaged files is told as such', async () => {
    await project.write('reports/zz-broken/result.json', '{')
    const { code, err } = await claw('compare zz-broken latest~1')
    expect([code, err]).toEqual([
      10,
      expect.stringContaining('result.json of the run zz-broken cannot be read'),
    ])
    expect(existsSync(join(project.dir, 'reports/zz-broken/index.html'))).toBe(false)
    expect(await readdir(join(project.dir, 'reports'))).toHaveLength(3)
  })
})
