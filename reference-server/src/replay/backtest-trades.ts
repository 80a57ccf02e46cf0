import { backtest, type Trade } from '@openclaw-trading/bot-engine'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD, type TickColumns } from '@openclaw-trading/bot-engine/data'
import { createRegistry, DEFAULT_RISK, REPLAY_QUOTE_FILTER } from '../strategies/registry.ts'
import type { ComparedTrade } from './compare.ts'

/** The trades of a backtest as the comparison sees them, oldest first. */
export async function backtestTrades(
  botId: string,
  params: Readonly<Record<string, unknown>>,
  columns: TickColumns,
  latencyMs: number,
): Promise<ComparedTrade[]> {
  const report = await backtest(createRegistry().get(botId).strategy, {
    params,
    instrument: REPLAY_XAUUSD,
    data: columns,
    account: {
      currency: REPLAY_ACCOUNT.currency,
      balance: REPLAY_ACCOUNT.balanceMinor / 10 ** REPLAY_ACCOUNT.digits,
      leverage: REPLAY_ACCOUNT.leverage,
    },
    venue: { latencyMs },
    risk: DEFAULT_RISK,
    quoteFilter: REPLAY_QUOTE_FILTER,
  })
  return report.trades.map(fromTrade)
}

function fromTrade(trade: Trade): ComparedTrade {
  return {
    openedAt: trade.openedAt,
    side: trade.side,
    volume: trade.volume,
    entryPrice: trade.entryPrice,
    stopLoss: trade.stopLoss ?? null,
    takeProfit: trade.takeProfit ?? null,
    closedAt: trade.closedAt,
    exitPrice: trade.exitPrice,
    exitReason: trade.exitReason,
    gross: trade.gross.minor,
    commission: trade.commission.minor,
    swap: trade.swap.minor,
    net: trade.net.minor,
    balance: trade.balance.minor,
  }
}
