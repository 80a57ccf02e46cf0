import { stamped } from './api.ts'
import { mergeBars } from './bars.ts'
import type { Bot, ChartData, Fleet, Instance, LaneRow, StreamMessage, TradeRow } from './contract.ts'

// A page of history; older trades are a query of the API.
const MAX_TRADES = 500

/** The fleet after a message; the same object when the message does not concern it. */
export function applyToFleet(fleet: Fleet, message: StreamMessage, receivedAt: number): Fleet {
  if (message.type === 'notices') return { ...fleet, notices: message.notices }
  if (message.type !== 'lane') return fleet
  const { row } = message
  const lane = row.accountType
  if (isIdle(row) && !fleet.lanes[lane].some(entry => entry.botId === row.botId)) return fleet
  return {
    ...fleet,
    lanes: {
      ...fleet.lanes,
      backlog: fleet.lanes.backlog.filter(entry => entry.botId !== row.botId),
      [lane]: withRow(fleet.lanes[lane], row, receivedAt),
    },
  }
}

/** Never ran and is not meant to: its strategy stands in the backlog. */
function isIdle(row: LaneRow): boolean {
  return row.desired === 'stopped' && row.actual === 'stopped' && row.tradeCount === 0
}

/** A bot's page after a message; the same object when the message is about another bot. */
export function applyToBot(bot: Bot, message: StreamMessage, receivedAt: number): Bot {
  const subject = subjectOf(message)
  if (subject === null || !isOf(bot, subject)) return bot
  switch (message.type) {
    case 'lane':
      return { ...bot, row: stamped(message.row, receivedAt) }
    case 'trade':
      return { ...bot, trades: withTrade(bot.trades, message.trade) }
    case 'positions':
      return { ...bot, positions: message.positions }
    case 'bars':
      return { ...bot, chart: withBars(bot.chart, message) }
    default:
      return bot
  }
}

/** The instance a message is about. */
function subjectOf(message: StreamMessage): { botId: string; accountType: string } | null {
  switch (message.type) {
    case 'lane':
      return message.row
    case 'trade':
      return message.trade
    case 'positions':
    case 'bars':
      return message
    default:
      return null
  }
}

/** A feed of another symbol or timeframe starts a chart of its own. */
function withBars(chart: Bot['chart'], message: Extract<StreamMessage, { type: 'bars' }>): ChartData {
  const { symbol, digits, timeframe } = message
  const same = chart?.symbol === symbol && chart.timeframe === timeframe ? chart : null
  return {
    symbol,
    digits,
    timeframe,
    bars: mergeBars(same?.bars ?? [], message.bars),
    quote: message.quote ?? same?.quote ?? null,
  }
}

function isOf(bot: Bot, other: { botId: string; accountType: string }): boolean {
  return bot.row.botId === other.botId && bot.row.accountType === other.accountType
}

function withRow(rows: readonly Instance[], row: LaneRow, receivedAt: number): Instance[] {
  const next = stamped(row, receivedAt)
  const known = rows.some(entry => entry.botId === row.botId)
  return known ? rows.map(entry => (entry.botId === row.botId ? next : entry)) : [...rows, next]
}

/** Newest first; a repeat of a known deal replaces it. */
function withTrade(trades: readonly TradeRow[], trade: TradeRow): TradeRow[] {
  const others = trades.filter(
    entry => entry.dealId !== trade.dealId || entry.environmentId !== trade.environmentId,
  )
  return [trade, ...others]
    .sort((a, b) => b.closedAt - a.closedAt || b.dealId - a.dealId)
    .slice(0, MAX_TRADES)
}
