import { statedSharpe } from '@openclaw-trading/bot-engine'
import type { RunDocument } from '@openclaw-trading/bot-engine/report'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'

/** Decimal money with its sign, so that a gain and a loss differ without colour. */
export function signedAmount(value: number, currency: string): string {
  const rounded = Math.round(Math.abs(value) * 100)
  const text = `${grouped(Math.floor(rounded / 100))}.${String(rounded % 100).padStart(2, '0')} ${currency}`
  if (rounded === 0) return text
  return value > 0 ? `▲ +${text}` : `▼ −${text}`
}

/** A ratio with two decimals; a dash where there is none. JSON has no undefined and no Infinity, so null comes too. */
export function decimalText(value: number | null | undefined): string {
  return value === undefined || value === null ? '–' : value.toFixed(2).replace('-', '−')
}

/** A figure of a run with its title, and how it is written. */
export interface FigureLine {
  readonly title: string
  /** Undefined or null: the run has no base for it. */
  readonly value: (document: RunDocument) => number | null | undefined
  readonly text: (value: number | null | undefined, currency: string) => string
}

const percent = (value: number | null | undefined): string =>
  value === undefined || value === null ? '–' : `${value.toFixed(1).replace('-', '−')} %`
const money: FigureLine['text'] = (value, currency) => signedAmount(value ?? 0, currency)

/** What two runs are compared by, in the order of a page. */
export const FIGURE_LINES: readonly FigureLine[] = [
  { title: 'Net profit', value: ({ figures }) => figures.netProfit, text: money },
  { title: 'Profit factor', value: ({ figures }) => figures.profitFactor, text: decimalText },
  { title: 'Sharpe (annual)', value: ({ figures }) => statedSharpe(figures), text: decimalText },
  {
    title: 'Max drawdown',
    value: ({ figures }) => 0 - figures.maxDrawdownPercent,
    text: percent,
  },
  {
    title: 'Trades',
    value: ({ figures }) => figures.tradeCount,
    text: value => (value ?? 0).toString().replace('-', '−'),
  },
  { title: 'Won', value: ({ figures }) => figures.winRatePercent, text: percent },
  { title: 'Gross', value: ({ costs }) => costs.gross, text: money },
  { title: 'Commission', value: ({ costs }) => costs.commission, text: money },
  { title: 'Swap', value: ({ costs }) => costs.swap, text: money },
  { title: 'Conversion', value: ({ costs }) => costs.conversionFee, text: money },
]
