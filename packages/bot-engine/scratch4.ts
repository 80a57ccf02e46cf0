import { backtest, bollinger, atr, cross, defineStrategy, sma } from './src/index.ts'
import { syntheticBars, SYNTHETIC_XAUUSD, REPLAY_ACCOUNT, readTickFile, REPLAY_XAUUSD } from './src/data/index.ts'
import { pips, lots } from '@openclaw-trading/trading-model'
import { z } from 'zod'
const smaCross = defineStrategy({ name: 'sma-cross', params: z.object({}), feeds: () => ({ main: { timeframe: 'm1' } }), create() {
  const fast = sma(10), slow = sma(30); let above: boolean | undefined
  return { onBar(bar, ctx) {
    const f = fast.push(bar.close), s = slow.push(bar.close)
    if (f === undefined || s === undefined) return
    const crossed = above !== undefined && above !== f > s
    above = f > s
    if (!crossed) return
    if (ctx.position) ctx.close()
    if (above) ctx.buy({ volume: lots(0.1) }); else ctx.sell({ volume: lots(0.1) })
  } } } })
const data = syntheticBars({ seed: 1, instrument: SYNTHETIC_XAUUSD, timeframe: 'm1', count: 1_000_000, startAt: Date.UTC(2022, 0, 3) as any })
for (let i = 0; i < 3; i++) { const t = performance.now(); const r = await backtest(smaCross, { params: {}, instrument: SYNTHETIC_XAUUSD, account: { ...REPLAY_ACCOUNT, balanceMinor: 1e11 }, data }); const d = performance.now() - t; console.log('C1', d.toFixed(0), 'ms', (1000 / d).toFixed(2), 'M bars/s', r.trades.length) }
const ticks = await readTickFile('/work/shared/data/ticks/xauusd_ticks_oanda_2014-05-01_2014-05-09.csv.gz', { instrument: REPLAY_XAUUSD })
const onq = defineStrategy({ name: 'q', params: z.object({}), feeds: () => ({}), create() { let n = 0
  return { onQuote(q, ctx) { n++; if (n % 1000 === 0 && !ctx.position && !ctx.pendingEntries) ctx.buy({ volume: lots(0.01), stopLoss: { pips: pips(50) }, takeProfit: { pips: pips(50) } }) } } } })
for (let i = 0; i < 0; i++) { const t = performance.now(); const r = await backtest(onq, { params: {}, instrument: REPLAY_XAUUSD, account: { ...REPLAY_ACCOUNT, balanceMinor: 1e11 }, data: ticks }); const d = performance.now() - t; console.log('C5', d.toFixed(0), 'ms', (ticks.length / d / 1000).toFixed(2), 'M ticks/s', r.trades.length) }
