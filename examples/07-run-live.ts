// The strategy of a backtest on a live account: here against the simulator, on which a minute takes a second.
// Run: npx tsx --conditions=@openclaw-trading/source examples/07-run-live.ts
import { createMemoryLedger, defineStrategy, runLive } from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const follow = defineStrategy({
  name: 'follow-the-minute',
  params: z.object({ riskPercent: z.number().default(0.5) }),
  feeds: () => ({ main: { timeframe: 'm1', history: 10 } }),
  create: ({ params }) => ({
    onBar(bar, ctx) {
      if (ctx.positions.length + ctx.pendingEntries > 0) return
      const entry = { ...params, stopLoss: { pips: pips(40) }, takeProfit: { pips: pips(60) } }
      if (bar.close > bar.open) ctx.buy(entry)
      else ctx.sell(entry)
    },
  }),
})

const venue = await startSimulator({ mode: { type: 'live-clock', speed: 60 }, seed: 7 })
const { host, port, ca, credentials } = venue

// #region live
// For the broker: environment 'demo' or 'live', and nothing else changes.
const broker = await connectBroker({
  environment: { host, port, ca: ca ?? '' },
  application: credentials,
  accessToken: credentials.accessToken,
})
const live = await runLive(follow, {
  params: {},
  broker,
  instrument: 'XAUUSD',
  label: 'follow',
  sessionId: 'example',
  // No order leaves that breaks one of these, whatever the strategy says.
  risk: { maxOpenPositions: 1, stopLossRequired: true, maxQuoteAgeMs: 10_000 },
  // Orders are written down before they leave. In memory, for this example; a real bot needs one that survives it.
  ledger: createMemoryLedger(),
})
for await (const event of live.events()) {
  console.log(event.type)
  if (event.type === 'execution' && event.event.type === 'order-filled') break
}
console.log(
  live.status,
  live
    .view()
    .positions.map(({ side, volume }) => `${side} ${volume}`)
    .join(),
)
await live.stop({ positions: 'close' })
// #endregion live

await broker.close()
await venue.close()
