import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject } from '../../test/author-project.ts'
import { runClaw } from '../../test/run-claw.ts'

/** Trades from the bar on at which it has seen ten times its period. */
const STRATEGY = `import { defineStrategy } from '@openclaw-trading/bot-engine'
import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'

export const strategy = defineStrategy({
  name: 'patient',
  params: z.object({ period: z.int().min(5).max(200).default(20) }),
  feeds: p => ({ main: { timeframe: 'm15', history: 10 * p.period } }),
  create: ({ params }) => {
    let seen = 0
    return {
      onBar(_bar, ctx) {
        seen += 1
        if (ctx.position) ctx.close()
        else if (seen > 10 * params.period && !ctx.pendingEntries) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(500) } })
      },
    }
  },
})
`

let project: AuthorProject
beforeAll(async () => {
  project = await authorProject()
  await project.write('claw.config.ts', "export default { market: { symbol: 'XAUUSD' } }\n")
  await project.write('strategies/patient.ts', STRATEGY)
  await runClaw('data get XAUUSD --tf m15 --synthetic --from 2024-01-08 --to 2024-03-08', project.dir)
}, 60_000)
afterAll(() => project.remove())

const claw = (line: string) => runClaw(line, project.dir)
const SPAN = '--from 2024-02-06 --to 2024-02-16'

/** Parts of a backtest, with its warnings. */
async function backtest(more: string) {
  const { out, err, code } = await claw(`backtest patient --no-report --json ${more}`)
  expect(code).toBe(0)
  const { data, warnings } = JSON.parse(out)
  const tradeCounts = data.parts.map(({ metrics }: { metrics: { tradeCount: number } }) => metrics.tradeCount)
  return { err, data, tradeCounts, codes: warnings.map(({ code }: { code: string }) => code) }
}

describe('a run that begins in the middle of the data', () => {
  it('is warmed up with the bars before it, as many as the feeds ask for, and says so', async () => {
    const { err, data, tradeCounts, codes } = await backtest(`${SPAN} --no-check --out-of-sample 0`)
    expect(err).toContain(' · warmed up with 200 m15 bars · ')
    expect(codes).not.toContain('warm-up-short')
    expect(data.parts[0].from).toBe(Date.parse('2024-02-06T00:00Z'))
    // A trade in two bars from the first on; cold it would miss a hundred of them.
    expect(tradeCounts[0]).toBeGreaterThan((data.rows - 4) / 2 - 5)
  })

  it('names how many bars are missing where there are fewer', async () => {
    const { err, codes } = await backtest('--from 2024-01-09 --to 2024-02-16 --no-check')
    expect(codes).toContain('warm-up-short')
    expect(err).toMatch(/asks for 200 bars of m15 \(there are \d\d\) before 2024-01-09, where the run begins/)
    expect((await backtest('--no-check')).codes).not.toContain('warm-up-short')
  })

  it('over quotes reads the 31 days before at most, whatever its longest feed asks for', async () => {
    await claw('data get XAUUSD --ticks --synthetic --from 2024-01-08 --to 2024-02-20')
    await project.write('strategies/slow.ts', STRATEGY.replace('patient', 'slow').replace('m15', 'd1'))
    const { err } = await claw(
      'backtest slow --ticks --from 2024-02-19 --to 2024-02-20 --no-report --no-check',
    )
    // Of the six weeks before it the five that 31 days make, Sundays' evenings and holidays counted as days or not.
    expect(err).toMatch(/asks for 200 bars of d1 \(there are 2[1-7]\) before 2024-02-19/)
    expect(err).toContain('Of quotes the 31 days before are read')
  }, 60_000)

  it('is the same in a sweep, whose combinations are warmed up each by their own feeds', async () => {
    const { out } = await claw(
      `sweep patient ${SPAN} --axis period=5,20,90 --out-of-sample 0 --workers 0 --no-report --json`,
    )
    const { runs } = JSON.parse(out).data as {
      runs: { params: { period: number }; metrics: { tradeCount: number; netProfit: unknown } }[]
    }
    expect(runs.map(({ params }) => params.period).sort((a, b) => a - b)).toEqual([5, 20, 90])
    for (const { params, metrics } of runs) {
      const { data } = await backtest(`${SPAN} --no-check --out-of-sample 0 --set period=${params.period}`)
      expect(data.parts[0].metrics).toEqual(metrics)
    }
    expect(new Set(runs.map(({ metrics }) => metrics.tradeCount)).size).toBe(1)
  })

  it('leaves the part that a sweep holds back where it was, for the backtest that confirms it', async () => {
    const { out } = await claw(`sweep patient ${SPAN} --axis period=5,20 --workers 0 --no-report --json`)
    const { heldBack } = JSON.parse(out).data
    const { data } = await backtest(`${SPAN} --no-check`)
    expect(data.parts.map(({ from }: { from: number }) => from)).toEqual([
      Date.parse('2024-02-06T00:00Z'),
      heldBack.from,
    ])
  })

  it('is warmed up of a file too, and its checks pass', async () => {
    await claw('data export XAUUSD --tf m15 --out gold.csv')
    const { err, data } = await backtest(`${SPAN} --data gold.csv --out-of-sample 0`)
    expect(err).toContain(' · warmed up with 200 m15 bars · ')
    expect(data.checks).toMatchObject({ passed: true })
    const { data: stored } = await backtest(`${SPAN} --no-check --out-of-sample 0`)
    expect(data.parts).toEqual(stored.parts)
  })

  it('warms up the feeds that have bars before it, where a symbol that it watches has none, and names that one', async () => {
    await claw('data get EURUSD --tf m15 --synthetic --from 2024-02-06 --to 2024-03-08')
    const feeds = `feeds: p => ({ euro: { timeframe: 'm15', symbol: 'EURUSD', history: 100 }, `
    const watching = STRATEGY.replace('patient', 'watching').replace('feeds: p => ({ ', feeds)
    // Each bar of gold counts, those of the euro do not.
    await project.write(
      'strategies/watching.ts',
      watching.replace('onBar(_bar, ctx) {', "onBar(bar, ctx) {\n        if (bar.feed !== 'main') return"),
    )
    const line = (strategy: string, more: string) =>
      claw(`${strategy} watching ${SPAN} --no-report --json ${more}`)
    const { err, out } = await line('backtest', '--no-check --out-of-sample 0')
    expect(err).toContain(' · warmed up with 0 EURUSD m15 and 200 m15 bars · ')
    const { data, warnings } = JSON.parse(out)
    const [short] = warnings.filter(({ code }: { code: string }) => code === 'warm-up-short')
    expect(short.message).toContain('asks for 100 bars of EURUSD m15 (there are 0) before 2024-02-06')
    // As many trades as without the euro: none is missed because gold's bars before are not shown.
    const alone = await backtest(`${SPAN} --no-check --out-of-sample 0`)
    expect(data.parts[0].metrics.tradeCount).toBe(alone.tradeCounts[0])
    const swept = JSON.parse((await line('sweep', '--axis period=20 --out-of-sample 0 --workers 2')).out)
    expect(swept.data.runs[0].metrics).toEqual(data.parts[0].metrics)
  })
})
