import { backtest, defineStrategy } from './src/index.ts'
import { z } from 'zod'
import { syntheticTicks, SYNTHETIC_XAUUSD, REPLAY_ACCOUNT } from './src/data/index.ts'
import { bollingerBounce, demoPreset } from '../../examples/strategies/xauusd-bollinger-bounce.ts'
const start = Date.UTC(2025, 0, 6, 7)
const rec = (out: any[]) => defineStrategy({ name: 'rec', params: z.object({}), feeds: () => ({ main: { timeframe: 'm1' } }), create: () => ({ onBar(bar) { out.push(bar) } }) })
const sets: any[] = []
for (let seed = 1; seed <= 20; seed++) {
  const market = { seed, instrument: SYNTHETIC_XAUUSD }
  const all = syntheticTicks({ ...market, startAt: (start - 500 * 60000) as any, until: (start + 6 * 3600000) as any })
  const cut = all.at.findIndex(t => t >= start)
  const past = { ...all, length: cut }
  const data = { ...all, length: all.length - cut, at: all.at.subarray(cut), bid: all.bid.subarray(cut), ask: all.ask.subarray(cut) }
  const closed: any[] = []
  await backtest(rec(closed), { params: {}, instrument: SYNTHETIC_XAUUSD, account: REPLAY_ACCOUNT, data: past })
  sets.push({ seed, closed, data })
}
console.log('bars', sets[0].closed.length, 'ticks/h', sets[0].data.length / 6)
for (const params of JSON.parse(process.argv[2] ?? '[{}]')) {
  const first: number[] = []; const counts: number[] = []; let sl = 0, tp = 0, net = 0
  for (const { closed, data } of sets) {
    const r = await backtest(bollingerBounce, { params: { ...demoPreset, ...params }, instrument: SYNTHETIC_XAUUSD, account: REPLAY_ACCOUNT, data, warmUp: { main: { closed } } })
    first.push(Math.round(((r.trades[0]?.closedAt ?? Infinity) - start) / 60000)); counts.push(r.trades.length)
    sl += r.trades.filter(t => t.exitReason === 'stop-loss').length; tp += r.trades.filter(t => t.exitReason === 'take-profit').length; net += r.metrics.netProfit.minor
  }
  console.log(JSON.stringify(params), 'first close max', Math.max(...first), 'per 6h', (counts.reduce((a, b) => a + b) / 20).toFixed(1), 'min', Math.min(...counts), 'sl', sl, 'tp', tp, 'net/run', net / 20)
}
