import type { StreamMessage } from '../src/contract.ts'
import { cents } from './market.ts'
import type { World } from './scenarios.ts'

/** One second of the world: a venue minute passes, the price moves, every bot reports. */
export function tick(world: World, send: (message: StreamMessage) => void): void {
  const { bot } = world
  const { chart } = bot
  const last = chart?.bars.at(-1)
  const at = Date.now()
  const beat = { heartbeatAgeMs: 30, marketAt: (bot.row.marketAt ?? 0) + 60_000 }
  bot.row = { ...bot.row, ...beat }
  world.fleet.hub.lastPassAt = at
  world.fleet.lanes.demo = world.fleet.lanes.demo.map(row =>
    row.botId === bot.row.botId ? bot.row : row.lamps.process === 'on' ? { ...row, ...beat } : row,
  )
  world.fleet.lanes.live = world.fleet.lanes.live.map(row =>
    row.lamps.process === 'on' ? { ...row, ...beat } : row,
  )
  for (const row of [...world.fleet.lanes.demo, ...world.fleet.lanes.live])
    if (row.lamps.process === 'on') send({ type: 'lane', row })
  bot.positions = bot.positions.map(position => ({ ...position, confirmedAt: at }))
  send({
    type: 'positions',
    botId: bot.row.botId,
    accountType: bot.row.accountType,
    positions: bot.positions,
  })
  if (chart === null || last === undefined) return
  const close = cents(last.close + (Math.random() - 0.5) * 2)
  const next = {
    openedAt: last.openedAt + 60_000,
    open: last.close,
    close,
    tickVolume: 80,
    high: cents(Math.max(last.close, close) + 0.4),
    low: cents(Math.min(last.close, close) - 0.4),
  }
  const quote = { at: next.openedAt, bid: close, ask: cents(close + 0.32) }
  bot.chart = { ...chart, bars: [...chart.bars, next], quote }
  const { symbol, digits, timeframe } = chart
  const { botId, accountType } = bot.row
  send({ type: 'bars', botId, accountType, symbol, digits, timeframe, bars: [last, next], quote })
}
