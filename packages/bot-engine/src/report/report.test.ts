import { lots, pips, symbolId, type UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BacktestOptions } from '../backtest/options.ts'
import { backtest } from '../backtest/run.ts'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { defineStrategy } from '../strategy/define.ts'
import { candlesOf } from './candles.ts'
import { reportHtml } from './html.ts'
import { reportFiles } from './report-files.ts'
import { createRunDocument } from './run-document.ts'
import { type TradeColumns, tradesOf } from './run-trade.ts'
import { stressedOptions } from './stress.ts'
import { equityLineOf } from './tables.ts'
import { tradesCsv } from './trades-csv.ts'

const coin = defineStrategy({
  name: 'coin',
  params: z.object({ distance: z.number().default(30) }),
  feeds: () => ({ main: { timeframe: 'm15' } }),
  create: ({ params }) => ({
    onBar(_bar, ctx) {
      if (ctx.position !== undefined || ctx.pendingEntries > 0) return
      const distance = { pips: pips(params.distance) }
      const entry = { volume: lots(0.1), stopLoss: distance, takeProfit: distance }
      if (ctx.random() < 0.5) ctx.buy(entry)
      else ctx.sell(entry)
    },
  }),
})
const options: BacktestOptions<typeof coin> = {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  data: syntheticBars({
    seed: 3,
    instrument: SYNTHETIC_XAUUSD,
    timeframe: 'm15',
    count: 3000,
    startAt: Date.UTC(2024, 0, 2) as UnixMs,
  }),
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  venue: { latencyMs: 50, barSpreadTicks: 20 },
}
const report = await backtest(coin, options)
const facts = {
  title: 'coin',
  trials: { count: 7, deflatedSharpe: 0.125, span: { from: 0, to: 86_400_000 } },
}
const run = createRunDocument(report, options, facts)
const trades = tradesOf(run.trades)

describe('a run as a document', () => {
  it('survives JSON unchanged and adds up', () => {
    expect(JSON.parse(JSON.stringify(run))).toEqual(run)
    const net = trades.reduce((sum, trade) => sum + trade.net, 0)
    expect(trades.length).toBeGreaterThan(100)
    expect(run.costs.net).toBeCloseTo(net, 6)
    expect(run.costs.net).toBeCloseTo(run.costs.gross + run.costs.commission + run.costs.swap, 6)
    expect(run.figures.netProfit).toBeCloseTo(net, 6)
    expect(run.monthly.reduce((sum, { total }) => sum + total, 0)).toBeCloseTo(net, 6)
    for (const groups of [run.byHour, run.byWeekday])
      expect(groups.reduce((sum, group) => sum + group.trades, 0)).toBe(trades.length)
  })

  it('is the same of a copy of the report, whose trades are objects', () => {
    expect(createRunDocument({ ...report }, options, facts)).toEqual(run)
  })

  it('tells results in multiples of the first stop', () => {
    for (const { initialStopLoss, entryPrice, net, r, lots: volume } of trades) {
      expect(Math.abs(entryPrice - (initialStopLoss ?? 0))).toBeCloseTo(3, 6)
      expect(r).toBeCloseTo(net / (3 * volume * 100), 6)
    }
  })

  it('tells how far trades went: a target means at least its distance for them, a stop against them', () => {
    const bySpread = 0.2 + 1e-9
    for (const { exitReason, adverse, favourable } of trades) {
      if (exitReason === 'take-profit') expect(favourable).toBeGreaterThan(3 - bySpread)
      if (exitReason === 'stop-loss') expect(adverse).toBeGreaterThan(3 - bySpread)
    }
  })

  it('says how sure it is, and has the deflated Sharpe ratio that it was given, with its span', () => {
    const names = run.findings.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining(['Expectancy', 'Win rate', 'Sharpe above 0', 'Better than luck']),
    )
    const luck = run.findings.find(({ name }) => name === 'Better than luck')
    expect(luck?.estimate).toBe(0.125)
    expect(luck?.meaning).toContain('after 7 trials on this market, of 1970-01-01 to 1970-01-02')
    const { trials: _, ...untried } = facts
    const without = createRunDocument(report, options, untried)
    expect(without.findings.map(({ name }) => name)).not.toContain('Better than luck')
  })

  it('keeps the highest and lowest equity when it thins the curve', () => {
    const { equity } = report
    const thin = equityLineOf(equity, 2, 60)
    expect(thin.at.length).toBeLessThanOrEqual(70)
    const all = [...equity.equityMinor.subarray(0, equity.length)].map(minor => minor / 100)
    expect(Math.max(...thin.equity)).toBe(Math.max(...all))
    expect(Math.min(...thin.equity)).toBe(Math.min(...all))
    expect(Math.min(...thin.drawdownPercent)).toBeCloseTo(-report.metrics.maxDrawdownPercent, 9)
  })
})

describe('candles', () => {
  it('are those of the data when they are few enough, else of a longer timeframe that loses no extreme', () => {
    const { data } = options
    if (!('type' in data)) throw new TypeError('one series is expected')
    expect(candlesOf(data, 3000)).toMatchObject({ timeframe: 'm15' })
    const hourly = candlesOf(data, 800)
    expect(hourly.timeframe).toBe('h1')
    expect(hourly.at.length).toBeLessThanOrEqual(800)
    expect(Math.max(...hourly.high)).toBe(Math.max(...run.candles.high))
    expect(Math.min(...hourly.low)).toBe(Math.min(...run.candles.low))
  })

  it('are made of quotes too', () => {
    const at = Float64Array.of(0, 30_000, 60_000)
    const bid = Float64Array.of(100_000, 300_000, 200_000)
    const ticks = { type: 'ticks' as const, symbolId: symbolId(1), length: 3, at, bid, ask: bid }
    expect(candlesOf(ticks, 10)).toEqual({
      timeframe: 'm1',
      at: [0, 60_000],
      open: [1, 2],
      high: [3, 2],
      low: [1, 2],
      close: [3, 2],
    })
  })
})

describe('dearer costs', () => {
  it('never help: the same trades earn less', async () => {
    const dear = await backtest(coin, stressedOptions(options, 2))
    const commission = (found: typeof report) =>
      found.trades.reduce((sum, trade) => sum + trade.commission.minor / trade.volume, 0) /
      found.trades.length
    expect(commission(dear)).toBeCloseTo(2 * commission(report), 6)
    expect(dear.metrics.netProfit.minor).toBeLessThan(report.metrics.netProfit.minor)
  })

  it('of 1 change nothing', async () => {
    expect((await backtest(coin, stressedOptions(options, 1))).trades).toEqual(report.trades)
  })
})

it('writes a line of CSV for each trade, with times in UTC', () => {
  const [titles, first, ...rest] = tradesCsv(run).trimEnd().split('\n')
  expect(titles).toMatch(/^side,lots,openedAt/)
  expect(first).toMatch(/^(buy|sell),0\.1,2024-01-0\dT\d\d:\d\d:\d\d\.\d{3}Z,/)
  expect(rest).toHaveLength(trades.length - 1)
})

it('writes one page that no text of a strategy can break out of', () => {
  const html = reportHtml({
    ...run,
    title: '</title><script>alert(1)</script>',
    params: { name: '</script><img>' },
  })
  expect(html.match(/<script/g)).toHaveLength(2)
  expect(html).not.toContain('<img>')
  expect(html).not.toMatch(/(?:src|href)="http/)
})

describe('the files of a report', () => {
  const textsOf = (document: typeof run) =>
    reportFiles(document).map(({ name, pieces }): [string, string] => [
      name,
      pieces.map(piece => new TextDecoder().decode(piece)).join(''),
    ])

  it('hold the page, the document and the table', () => {
    expect(textsOf(run)).toEqual([
      ['index.html', reportHtml(run)],
      ['result.json', `${JSON.stringify(run)}\n`],
      ['trades.csv', tradesCsv(run)],
    ])
  })

  it('keep a text with markup as it is in the document, and take it out of the page', () => {
    const document = { ...run, title: '</script><b>é' }
    expect(textsOf(document)).toEqual([
      ['index.html', reportHtml(document)],
      ['result.json', `${JSON.stringify(document)}\n`],
      ['trades.csv', tradesCsv(run)],
    ])
  })

  it('table more trades than one piece of memory holds, each as one line', () => {
    const columns = Object.entries(run.trades).map(([name, column]) => [name, Array(40).fill(column).flat()])
    const csv = tradesCsv({ trades: Object.fromEntries(columns) as TradeColumns }).split('\n')
    const lines = tradesCsv(run).split('\n').slice(1, -1)
    expect(csv).toHaveLength(trades.length * 40 + 2)
    expect(csv.slice(-lines.length - 1, -1)).toEqual(lines)
  })

  it('table figures rounded to twelve digits', () => {
    const first = Object.entries(run.trades).map(([name, column]) => [name, column.slice(0, 1)])
    const one = Object.fromEntries(first) as TradeColumns
    const line = tradesCsv({ trades: { ...one, net: [0.1 + 0.2], adverse: [1 / 3], favourable: [1e-7 / 3] } })
    expect(line).toContain(',0.3,')
    expect(line).toMatch(/,0\.333333333333,3\.33333333333e-8,,\n$/)
  })
})

describe('trades as columns', () => {
  it('give each trade its own fields back', () => {
    expect(trades).toHaveLength(report.trades.length)
    for (const [index, { initialStopLoss, takeProfit, openedAt, net, side }] of report.trades.entries())
      expect(trades[index]).toMatchObject({
        initialStopLoss,
        takeProfit,
        openedAt,
        side,
        net: net.minor / 100,
      })
  })

  it('hold null where a trade has no such field, and leave out what none has', async () => {
    const some = await backtest(
      defineStrategy({
        name: 'some-stops',
        params: z.object({}),
        feeds: () => ({ main: { timeframe: 'm15' } }),
        create: () => ({
          onBar(_bar, ctx) {
            if (ctx.position !== undefined) return ctx.close()
            if (ctx.random() < 0.5) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(500) } })
            else ctx.buy({ volume: lots(0.1) })
          },
        }),
      }),
      { ...options, params: {} },
    )
    const columns = createRunDocument(some, options, { title: 'some' }).trades
    expect(columns.takeProfit).toBeUndefined()
    expect(columns.initialStopLoss).toContain(null)
    expect(columns.initialStopLoss?.some(stop => stop !== null)).toBe(true)
    const lines = tradesCsv({ trades: columns }).split('\n')
    for (const [index, trade] of tradesOf(columns).entries()) {
      expect('initialStopLoss' in trade).toBe(columns.initialStopLoss?.[index] !== null)
      expect(lines[index + 1]?.split(',').slice(6, 9)).toEqual([
        String(trade.initialStopLoss ?? ''),
        String(trade.stopLoss ?? ''),
        '',
      ])
    }
  })

  it('of a run without trades are empty, and so is their table', async () => {
    const idle = defineStrategy({
      name: 'idle',
      params: z.object({}),
      feeds: () => ({ main: { timeframe: 'm15' } }),
      create: () => ({}),
    })
    const given = { ...options, params: {} }
    const document = createRunDocument(await backtest(idle, given), given, { title: 'idle' })
    expect(tradesOf(document.trades)).toEqual([])
    expect(tradesCsv(document).split('\n')).toHaveLength(2)
  })
})
