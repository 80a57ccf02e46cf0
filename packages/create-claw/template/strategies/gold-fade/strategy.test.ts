import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backtest } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD, syntheticBars } from '@openclaw-trading/bot-engine/data'
import { unixMs } from '@openclaw-trading/trading-model'
import { goldFade } from './strategy.ts'

const data = syntheticBars({
  seed: 1,
  instrument: SYNTHETIC_XAUUSD,
  timeframe: 'm15',
  count: 5000,
  startAt: unixMs(Date.UTC(2024, 0, 2)),
})
const run = () =>
  backtest(goldFade, {
    params: {},
    instrument: SYNTHETIC_XAUUSD,
    data,
    account: { currency: 'USD', balance: 10_000, leverage: 100 },
    risk: { stopLossRequired: true },
  })

test('the same data and the same seed give the same trades', async () => {
  assert.deepEqual((await run()).trades, (await run()).trades)
})

test('it trades, and never before its indicators are ready', async () => {
  const { trades } = await run()
  assert.ok(trades.length > 20)
  const [first] = trades
  assert.ok(first !== undefined && first.openedAt >= (data.openedAt[20] ?? 0))
})

test('every trade has a stop', async () => {
  const { trades } = await run()
  for (const trade of trades) assert.notEqual(trade.initialStopLoss, undefined)
})
