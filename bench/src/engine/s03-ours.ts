import { backtest } from '@openclaw-trading/bot-engine'
import { readTickFile, REPLAY_ACCOUNT, REPLAY_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { bollingerBounce } from '@openclaw-trading/examples/strategies/xauusd-bollinger-bounce'
import { report, startRun } from './bars-data.ts'
import { RECORDED_TICKS } from './s03-row.ts'

const file = await readTickFile(RECORDED_TICKS, { instrument: REPLAY_XAUUSD })
const length = Math.min(file.length, Number(process.argv[2]))
const start = startRun()
const { metrics } = await backtest(bollingerBounce, {
  params: { timeframe: 'm1' },
  instrument: REPLAY_XAUUSD,
  data: { ...file, length },
  account: REPLAY_ACCOUNT,
})
report(length, start, metrics.tradeCount)
