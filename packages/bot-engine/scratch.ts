import { backtest } from './src/index.ts'
import { readTickFile, REPLAY_XAUUSD, REPLAY_ACCOUNT } from './src/data/index.ts'
import { bollingerBounce } from '../../examples/strategies/xauusd-bollinger-bounce.ts'
const t0 = performance.now()
const data = await readTickFile('/work/shared/data/ticks/xauusd_ticks_oanda_2014-05-01_2014-05-09.csv.gz', { instrument: REPLAY_XAUUSD })
console.log('read', performance.now() - t0, data.length)
const cut = data.at.findIndex(t => t >= Date.UTC(2014, 4, 1, 21, 15))
const ci = { ...data, length: cut }
const sum = (r: any) => ({ n: r.trades.length, sl: r.trades.filter((t: any) => t.exitReason === 'stop-loss').length, tp: r.trades.filter((t: any) => t.exitReason === 'take-profit').length, other: r.trades.filter((t: any) => !['stop-loss', 'take-profit'].includes(t.exitReason)).length, net: r.metrics.netProfit.minor, dd: r.metrics.maxDrawdownPercent.toFixed(2), pf: r.metrics.profitFactor?.toFixed(2), blocked: r.blockedCount,
  brk: r.trades.filter((t: any) => { const d = (x: number) => x % 86400000 / 60000; const b = Math.floor(t.openedAt / 86400000) * 86400000 + (21 * 60 + 14) * 60000; return t.openedAt < b && t.closedAt > b + 46 * 60000 }).length, dur: (r.trades.reduce((s: number, t: any) => s + t.closedAt - t.openedAt, 0) / r.trades.length / 60000).toFixed(1) })
for (const params of JSON.parse(process.argv[2] ?? '[{}]')) {
  for (const timeframe of ['m1', 'm15'] as const) {
    const o = { params: { timeframe, ...params }, instrument: REPLAY_XAUUSD, account: REPLAY_ACCOUNT }
    const a = await backtest(bollingerBounce, { ...o, data: ci })
    const b = await backtest(bollingerBounce, { ...o, data })
    console.log(JSON.stringify(params), timeframe, 'ci', JSON.stringify(sum(a)), 'all', JSON.stringify(sum(b)))
  }
}
const o = { params: { timeframe: 'm15' as const }, instrument: REPLAY_XAUUSD, account: REPLAY_ACCOUNT, data }
for (let i = 0; i < 6; i++) { const t = performance.now(); const r = await backtest(bollingerBounce, o); const d = performance.now() - t; console.log(d.toFixed(1), 'ms', (data.length / d / 1000).toFixed(1), 'M ticks/s') }
