import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject } from './author-project.ts'

/** Buys gold while the euro rises. */
const PAIR = `import { defineStrategy } from '@openclaw-trading/bot-engine'
import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'

export const strategy = defineStrategy({
  name: 'pair',
  params: z.object({ hold: z.int().min(1).max(50).default(4) }),
  feeds: () => ({ main: { timeframe: 'm15' }, euro: { timeframe: 'm15', symbol: 'EURUSD' } }),
  create({ params }) {
    let since = 0
    return {
      onBar(bar, ctx) {
        if (bar.feed === 'main') since += 1
        if (bar.feed !== 'euro') return
        if (ctx.position !== undefined && since >= params.hold) ctx.close()
        if (ctx.position !== undefined || ctx.pendingEntries > 0 || bar.close <= bar.open) return
        since = 0
        ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(500) } })
      },
    }
  },
})
`

let project: AuthorProject
beforeAll(async () => {
  project = await authorProject()
  await project.write('claw.config.ts', 'export default {}\n')
  await project.write('strategies/pair.ts', PAIR)
})
afterAll(() => project.remove())

const claw = (line: string) => project.claw(line.split(' '))
const GET = '--synthetic --from 2024-01-08'

describe('a strategy that watches a second symbol', () => {
  it('runs on a seeded market of both', async () => {
    const { code, out, err } = await claw('backtest pair --bars 2000 --json')
    expect(err).toContain('watches EURUSD')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ data: { rows: 2000, trials: 1 } })
    const sum = await claw('backtest pair --bars 2000')
    expect(Number(/Trades\D+(\d+)/.exec(sum.out)?.[1])).toBeGreaterThan(20)
  })

  it('is told how to get what the store lacks, and runs once it is there', async () => {
    await claw(`data get XAUUSD --tf m15 ${GET} --to 2024-02-10`)
    const lacking = await claw('backtest pair')
    expect(lacking.code).toBe(10)
    expect(lacking.err).toContain('claw data get EURUSD --tf m15')
    await claw(`data get EURUSD --tf m15 ${GET} --to 2024-02-10`)
    const ran = await claw('backtest pair')
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('watches EURUSD') })
    expect(ran.out).toMatch(/Trades/)
  })

  it('is checked with the bars of both, and searched over threads', async () => {
    expect(await claw('check pair')).toMatchObject({ code: 0, out: expect.stringContaining('checks') })
    const swept = await claw('sweep pair --axis hold=2:6:2 --workers 2')
    expect(swept.code).toBe(0)
  })

  it('runs on quotes of both where the store has those', async () => {
    await claw(`data get XAUUSD --ticks ${GET} --to 2024-01-08T12:00Z`)
    await claw(`data get EURUSD --ticks ${GET} --to 2024-01-08T12:00Z`)
    const ran = await claw('backtest pair --ticks')
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('ticks') })
  })

  it('converts an account in the currency that only the second symbol leads to', async () => {
    await project.write('claw.config.ts', "export default { account: { currency: 'EUR' } }\n")
    expect(await claw('backtest pair')).toMatchObject({ code: 0 })
  })
})
