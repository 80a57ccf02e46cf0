import { InvalidArgumentError } from 'commander'
import { LEAST_SHARPE_DAYS, type Metrics, statedSharpe } from '@openclaw-trading/bot-engine'
import { moneyToDecimal } from '@openclaw-trading/trading-model'
import { decimalText } from '../report/figures.ts'

/** A figure that a run must reach. */
export interface Bound {
  readonly figure: Figure
  readonly least: number
}

const FIGURES = {
  sharpe: statedSharpe,
  profitFactor: ({ profitFactor }: Metrics) => profitFactor,
  netProfit: ({ netProfit }: Metrics) => moneyToDecimal(netProfit),
  trades: ({ tradeCount }: Metrics) => tradeCount,
}
type Figure = keyof typeof FIGURES

/** Reads `sharpe=1`, one more bound. */
export function readBound(text: string, before: readonly Bound[]): readonly Bound[] {
  const [name = '', value = ''] = text.split('=')
  const figure = Object.keys(FIGURES).find((known): known is Figure => known === name)
  if (figure === undefined || value === '' || !Number.isFinite(Number(value)))
    throw new InvalidArgumentError(
      `It must be one of ${Object.keys(FIGURES).join(', ')}, then = and a number.`,
    )
  return [...before, { figure, least: Number(value) }]
}

/** The bounds that a run does not reach, in words; a figure that has no value reaches none. */
export function missed(bounds: readonly Bound[], metrics: Metrics): readonly string[] {
  return bounds.flatMap(({ figure, least }) => {
    const value = FIGURES[figure](metrics)
    return value !== undefined && value >= least
      ? []
      : [
          `${figure} is ${value === undefined ? `undefined${reasonOf(figure, metrics)}` : decimalText(value)}, not ${least}`,
        ]
  })
}

/** Why a figure has no value, where it is not the lack of trades. */
function reasonOf(figure: Figure, { tradingDays }: Metrics): string {
  return figure === 'sharpe' && tradingDays < LEAST_SHARPE_DAYS
    ? ` (${tradingDays} trading days, and below ${LEAST_SHARPE_DAYS} an annual ratio says nothing)`
    : ''
}
