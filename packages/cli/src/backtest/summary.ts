import { grouped, table } from '@openclaw-trading/ctrader-client/terminal'
import { LEAST_SHARPE_DAYS, type Metrics, statedSharpe } from '@openclaw-trading/bot-engine'
import { type Money, moneyToDecimal } from '@openclaw-trading/trading-model'
import { decimalText, signedAmount } from '../report/figures.ts'
import type { RunPart } from './parts.ts'

interface Line {
  readonly title: string
  readonly of: (metrics: Metrics) => string
}

const LINES: readonly Line[] = [
  { title: 'Net profit', of: ({ netProfit }) => signedMoney(netProfit) },
  { title: 'Profit factor', of: ({ profitFactor }) => decimalText(profitFactor) },
  { title: 'Sharpe (annual)', of: sharpeText },
  {
    title: 'Max drawdown',
    of: ({ maxDrawdownPercent }) =>
      `${maxDrawdownPercent === 0 ? '' : '−'}${maxDrawdownPercent.toFixed(1)} %`,
  },
  {
    title: 'Trades (won)',
    of: ({ tradeCount, winRatePercent }) =>
      winRatePercent === undefined
        ? grouped(tradeCount)
        : `${grouped(tradeCount)} (${winRatePercent.toFixed(0)} %)`,
  },
]

/** The annual ratio, or why there is none. */
function sharpeText(metrics: Metrics): string {
  const { tradingDays } = metrics
  return tradingDays < LEAST_SHARPE_DAYS
    ? `– (${tradingDays} of ${LEAST_SHARPE_DAYS} days)`
    : decimalText(statedSharpe(metrics))
}

/** The key figures of the parts of a run, side by side; what all trials make of the first one below. */
export function summaryTable(
  parts: readonly RunPart[],
  luck?: { readonly trials: number; readonly deflatedSharpe: number | undefined },
): string {
  const [chosenBy] = parts
  const deflated: readonly Line[] =
    luck === undefined
      ? []
      : [
          {
            title: `Deflated Sharpe (${grouped(luck.trials)} trial${luck.trials === 1 ? '' : 's'})`,
            of: metrics => (metrics === chosenBy?.metrics ? decimalText(luck.deflatedSharpe) : '–'),
          },
        ]
  return table(
    [
      { title: '', text: (line: Line) => line.title },
      ...parts.map(({ name, metrics }) => ({
        title: name,
        align: 'right' as const,
        text: (line: Line) => line.of(metrics),
      })),
    ],
    [...LINES, ...deflated],
  )
}

/** Money with its sign, so that a gain and a loss differ without colour. */
export function signedMoney(money: Money): string {
  return signedAmount(moneyToDecimal(money), money.currency)
}
