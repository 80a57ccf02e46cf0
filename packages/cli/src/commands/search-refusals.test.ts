import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject, strategyText } from '../../test/author-project.ts'
import { runClaw } from '../../test/run-claw.ts'

/** From `fast` 10 on every other buy stop lies below the price, and one in ten volumes is off the step. */
const ASKEW = `
  bars += 1
  if (ctx.position) return ctx.close()
  if (bars % 20 === 0 && params.fast >= 10) ctx.buy({ volume: lots(0.015), stopLoss: { pips: pips(50) } })
  else if (bars % 4 === 0 && params.fast >= 10)
    ctx.buy({ volume: lots(0.01), stop: (Math.round(_bar.close) - 30) as never, stopLoss: { pips: pips(50) } })
  else if (bars % 2 === 0) ctx.buy({ volume: lots(0.01), stopLoss: { pips: pips(50) } })`

let project: AuthorProject
beforeAll(async () => {
  project = await authorProject()
  await project.write('claw.config.ts', 'export default { market: { synthetic: { bars: 3000 } } }\n')
  const text = strategyText('askew', ASKEW).replace(
    'create: () => ({',
    'create: ({ params }, bars = 0) => ({',
  )
  await project.write('strategies/askew.ts', text)
  // The commands are imported when they are first named, which takes seconds on a busy machine.
  await runClaw('sweep', project.dir)
}, 120_000)
afterAll(() => project.remove())

const SEARCH = 'askew --workers 0 --least-trades 1 --objective net-profit'

/** What a search told, as text and to programs, and what its page holds. */
async function searched(line: string) {
  const { code, out, err } = await runClaw(`${line} --json`, project.dir)
  expect(code, err).toBe(0)
  const { data, warnings } = JSON.parse(out)
  const html = readFileSync(join(project.dir, data.page), 'utf8')
  const page = JSON.parse(/<script type="application\/json" id="run">(.*?)<\/script>/s.exec(html)?.[1] ?? '')
  const warning = warnings.find((one: { code: string }) => one.code === 'orders-refused')
  return { data, page, warning: warning?.message as string | undefined, err }
}

const countOf = (refused: readonly { readonly count: number }[]) =>
  refused.reduce((sum, { count }) => sum + count, 0)

describe('orders that the venue refuses in a search', () => {
  it('are told by a sweep, of how many runs, with each code, the first and what to do', async () => {
    const { data, page, warning, err } = await searched(`sweep ${SEARCH} --axis fast=5,10,20`)
    const [clean, askew, other] = data.runs.toSorted(byFast)
    expect([clean.params.fast, askew.params.fast, other.params.fast]).toEqual([5, 10, 20])
    expect(clean.refusedOrders).toEqual([])
    expect(askew.refusedOrders.map(({ code }: { code: string }) => code)).toEqual([
      'TRADING_BAD_PRICES',
      'TRADING_BAD_VOLUME',
    ])
    expect(askew.refusedOrders).toEqual(other.refusedOrders)
    expect(countOf(data.refusedOrders)).toBe(2 * countOf(askew.refusedOrders))
    expect(data.orders).toBe(clean.orders + askew.orders + other.orders)
    const [head, first, second] = (warning ?? '').replaceAll('\u00A0', ' ').split('\n')
    const count = countOf(data.refusedOrders)
    expect(head).toBe(`The venue refused ${spaced(count)} of ${spaced(data.orders)} orders, in 2 of 3 runs.`)
    expect(first).toMatch(/^TRADING_BAD_PRICES \d+ ×, first buy 0\.01 lots at 2024-.* Fix: a buy limit or/)
    expect(second).toMatch(/^TRADING_BAD_VOLUME .* Fix: such a volume/)
    expect(err).toContain('\n    TRADING_BAD_PRICES ')
    expect(page.warnings).toContain(warning)
    const told = `${countOf(askew.refusedOrders)} of ${spaced(askew.orders)}`
    const rows = page.rows.toSorted(byFast).map(({ refused }: { refused?: string }) => refused)
    expect(rows).toEqual([undefined, told, told])
  })

  it('stand in the table of runs without a score, which they may be the cause of', async () => {
    const { out } = await runClaw(
      `sweep ${SEARCH} --axis fast=5,10 --least-trades 100000 --no-report`,
      project.dir,
    )
    expect(out).toMatch(/^ +fast +trades +net profit +refused +no score\n/)
    expect(out).toMatch(/^ +10 .* \d+ of [\d\s]+ fewer than 100000 trades$/m)
    expect(out).toMatch(/^ +5 +\d+ +▼ −[\d.]+ USD +fewer than/m)
  })

  it('are told by a walk-forward, of the samples and of the choices', async () => {
    const line = `walkforward ${SEARCH} --axis fast=10,20 --in-sample 10 --out-of-sample 5`
    const { data, page, warning } = await searched(line)
    const count = data.folds.length
    expect(warning).toMatch(
      new RegExp(
        `^The venue refused [\\d\u00A0 ]+ of [\\d\u00A0 ]+ orders, in ${count} of ${count} folds \\(in sample or out\\)\\.\n`,
      ),
    )
    for (const { refusedOrders, orders, tried, metrics } of data.folds) {
      expect(countOf(refusedOrders)).toBeGreaterThan(0)
      expect(orders).toBeGreaterThan(countOf(refusedOrders))
      expect(tried).toMatchObject({ runs: 2, refusedOrders: [{ code: 'TRADING_BAD_PRICES' }, {}] })
      expect(metrics).not.toBeNull()
    }
    expect(page.rows[0].refused).toBe(`${countOf(data.folds[0].refusedOrders)} of ${data.folds[0].orders}`)
    const { out } = await runClaw(`${line} --no-report`, project.dir)
    expect(out).toMatch(/^ +out of sample .* trades +refused\n/)
  })

  it('are told also where no fold was traded because of them', async () => {
    const line = `walkforward ${SEARCH} --axis fast=10,20 --in-sample 10 --out-of-sample 5 --least-trades 9999`
    const { data, warning } = await searched(line)
    expect(data.folds.every(({ params }: { params: unknown }) => params === null)).toBe(true)
    expect(data).toMatchObject({ orders: 0, refusedOrders: [] })
    expect(warning).toContain('TRADING_BAD_PRICES ')
  })

  it('are no word where there are none', async () => {
    const { data, page, warning } = await searched(`sweep ${SEARCH} --axis fast=4,5`)
    expect(warning).toBeUndefined()
    expect(data.refusedOrders).toEqual([])
    expect(page.rows.some((row: object) => 'refused' in row)).toBe(false)
  })
})

type Row = { readonly params: { readonly fast: number } }
const byFast = ({ params: one }: Row, { params: other }: Row) => one.fast - other.fast

/** As the command groups a count, with plain spaces. */
function spaced(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/, ' ')
}
