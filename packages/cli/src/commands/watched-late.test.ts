import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject } from '../../test/author-project.ts'
import { runClaw } from '../../test/run-claw.ts'

/** Buys gold after each bar of a feed that rose, and sells it some bars later. */
const strategyOn = (
  name: string,
  feed: 'main' | 'euro',
) => `import { defineStrategy } from '@openclaw-trading/bot-engine'
import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'

export const strategy = defineStrategy({
  name: '${name}',
  params: z.object({ hold: z.int().min(1).max(50).default(4) }),
  feeds: () => ({ main: { timeframe: 'm15' }, euro: { timeframe: 'm15', symbol: 'EURUSD' } }),
  create({ params }) {
    let since = 0
    return {
      onBar(bar, ctx) {
        if (bar.feed !== '${feed}') return
        since += 1
        if (ctx.position !== undefined && since >= params.hold) ctx.close()
        if (ctx.position !== undefined || ctx.pendingEntries > 0 || bar.close <= bar.open) return
        since = 0
        ctx.buy({ volume: lots(0.01), stopLoss: { pips: pips(500) } })
      },
    }
  },
})
`

let project: AuthorProject
const claw = (line: string) => runClaw(line, project.dir)
const codesOf = (out: string) => JSON.parse(out).warnings.map(({ code }: { code: string }) => code)
const WALK = 'walkforward waits --axis hold=2,4 --in-sample 14 --out-of-sample 7 --workers 0 --no-report'
const SWEEP = 'sweep waits --axis hold=2,4 --workers 0 --no-report'

beforeAll(async () => {
  project = await authorProject()
  await project.write('claw.config.ts', "export default { market: { symbol: 'XAUUSD' } }\n")
  await project.write('strategies/waits.ts', strategyOn('waits', 'euro'))
  await project.write('strategies/early.ts', strategyOn('early', 'main'))
  await claw('data get XAUUSD --tf m15 --synthetic --from 2024-01-08 --to 2024-03-08')
  await claw('data get EURUSD --tf m15 --synthetic --from 2024-02-26 --to 2024-03-08')
}, 60_000)
afterAll(() => project.remove())

describe('a watched symbol whose data begin weeks after those of the symbol traded', () => {
  it('is named with its first day by a backtest, whose checks run on either side of it', async () => {
    const { code, out, err } = await claw('backtest waits --no-report')
    expect(code).toBe(0)
    expect(err).toContain(
      'EURUSD, which a feed watches, begins 2024-02-26, 49 days after XAUUSD: its feeds are cold until then. Get earlier data: claw data get EURUSD --tf m15 --from 2024-01-08; or begin with it: --from 2024-02-26.',
    )
    expect(err).toContain('checks  look-ahead ✔')
    expect(out).toMatch(/Trades \(won\) +0 /)
    expect(err).toContain('Next: claw sweep waits')
  })

  it('is named by a walk-forward, which says why folds chose nothing', async () => {
    const { code, err } = await claw(WALK)
    expect(code).toBe(0)
    expect(err).toContain('EURUSD, which a feed watches, begins 2024-02-26')
    expect(err).toContain(
      '⚠ 6 of 7 folds chose nothing and were not traded: no combination has a sharpe, with 1 trade or more, in their sample.',
    )
    expect(codesOf((await claw(`${WALK} --json`)).out)).toEqual(
      expect.arrayContaining(['watched-late', 'no-best']),
    )
    expect((await claw(`${WALK} --from 2024-02-26 --in-sample 3 --out-of-sample 2`)).err).not.toContain(
      'which a feed watches, begins',
    )
  })

  it('is no efficiency of choices where no fold chose anything', async () => {
    const { err } = await claw(`${WALK} --least-trades 100000`)
    expect(err).toContain('⚠ 7 of 7 folds chose nothing')
    expect(err).toContain('no efficiency: nothing was chosen')
  })

  it('ends a sweep that holds all of its rows back, before any run, and says how much may be', async () => {
    const { code, err } = await claw(SWEEP)
    expect(code).toBe(10)
    expect(err).toMatch(
      /✘ EURUSD, which a feed watches, begins 2024-02-26, and from 2024-02-18T\S+ on everything is held back: no combination would see a row of it\. Get earlier data: claw data get EURUSD --tf m15 --from 2024-01-08; or hold less than 18 % back: --out-of-sample 17\.\n {4}code: data-missing/,
    )
    expect(err).not.toContain('sweeping')
    const less = await claw(`${SWEEP} --out-of-sample 17 --json`)
    expect(less.code).toBe(0)
    expect(codesOf(less.out)).toContain('watched-late')
  })

  it('is refused with its first day where a run ends before', async () => {
    const { code, err } = await claw('backtest waits --no-report --to 2024-02-01')
    expect(code).toBe(10)
    expect(err).toContain(
      'EURUSD, which a feed watches, begins 2024-02-26, and the run ends at 2024-02-01. Get earlier data: claw data get EURUSD --tf m15 --from 2024-01-08; or state a later --to, for which XAUUSD needs rows too.',
    )
  })

  it('is refused as well where it begins behind the last row of the symbol traded', async () => {
    await claw('data get XAUUSD --tf h1 --synthetic --from 2024-01-08 --to 2024-01-20')
    await claw('data get EURUSD --tf h1 --synthetic --from 2024-01-22 --to 2024-02-01')
    await project.write('strategies/slow.ts', strategyOn('slow', 'euro').replaceAll("'m15'", "'h1'"))
    for (const span of ['', ' --from 2024-01-10']) {
      const { code, err } = await claw(`backtest slow --no-report${span}`)
      expect(code).toBe(10)
      expect(err).toContain(
        'EURUSD, which a feed watches, begins 2024-01-22, and the run ends at 2024-01-19T',
      )
    }
  })

  it('does not keep the checks from quotes that end before it', async () => {
    await claw('data get XAUUSD --ticks --synthetic --from 2024-01-08 --to 2024-01-11')
    await claw('data get EURUSD --ticks --synthetic --from 2024-01-10 --to 2024-01-11')
    const { code, err } = await claw('backtest early --ticks --no-report')
    expect(code).toBe(0)
    expect(err).toMatch(/checks {2}look-ahead ✔ .* over 100 000 rows/)
  }, 60_000)
})

describe('a fold without a row of the symbol traded in its sample', () => {
  it('is told apart from one in which no combination has a score', async () => {
    const holed = await authorProject()
    await holed.write('claw.config.ts', "export default { market: { symbol: 'XAUUSD' } }\n")
    await holed.write('strategies/early.ts', strategyOn('early', 'main').replace(/, euro: \{.*?\}/, ''))
    for (const span of ['--from 2024-01-08 --to 2024-01-20', '--from 2024-03-04 --to 2024-03-16'])
      await runClaw(`data get XAUUSD --tf m15 --synthetic ${span}`, holed.dir)
    const line =
      'walkforward early --axis hold=2,4 --in-sample 7 --out-of-sample 7 --workers 0 --no-report --objective net-profit'
    const { code, err } = await runClaw(line, holed.dir)
    expect(code, err).toBe(0)
    expect(err).toMatch(
      /⚠ 6 of 9 folds have no row of the symbol traded in their sample: nothing was run there, chosen or traded\. Get the data/,
    )
    expect(err).not.toContain('chose nothing')
    const none = await runClaw(`${line} --least-trades 100000`, holed.dir)
    expect(none.err).toMatch(
      /⚠ 3 of 9 folds chose nothing and were not traded: .* in their sample\. 6 of 9 folds have no row/,
    )
    await holed.remove()
  })
})
