import { table } from '@openclaw-trading/ctrader-client/node'
import type { Metrics } from '@openclaw-trading/bot-engine'
import { formatMoney, type Money } from '@openclaw-trading/trading-model'
import type { RunPart } from './parts.ts'

interface Line {
  readonly title: string
  readonly of: (metrics: Metrics) => string
}

const LINES: readonly Line[] = [
  { title: 'Net profit', of: ({ netProfit }) => signedMoney(netProfit) },
  { title: 'Profit factor', of: ({ profitFactor }) => decimal(profitFactor) },
  { title: 'Sharpe (annual)', of: ({ sharpe }) => decimal(sharpe) },
  {
    title: 'Max drawdown',
    of: ({ maxDrawdownPercent }) =>
      `${maxDrawdownPercent === 0 ? '' : '−'}${maxDrawdownPercent.toFixed(1)} %`,
  },
  {
    title: 'Trades (won)',
    of: ({ tradeCount, winRatePercent }) =>
      winRatePercent === undefined ? String(tradeCount) : `${tradeCount} (${winRatePercent.toFixed(0)} %)`,
  },
]

/** The key figures of the parts of a run, side by side. */
export function summaryTable(parts: readonly RunPart[]): string {
  return table(
    [
      { title: '', text: (line: Line) => line.title },
      ...parts.map(({ name, metrics }) => ({
        title: name,
        align: 'right' as const,
        text: (line: Line) => line.of(metrics),
      })),
    ],
    LINES,
  )
}

/** Money with its sign, so that a gain and a loss differ without colour. */
export function signedMoney(money: Money): string {
  if (money.minor === 0) return formatMoney(money)
  return money.minor > 0 ? `▲ +${formatMoney(money)}` : `▼ ${formatMoney(money)}`
}

function decimal(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(2).replace('-', '−')
}
