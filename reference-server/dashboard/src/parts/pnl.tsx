import type { MoneyJson } from '../contract.ts'
import { type Direction, resultText } from '../number-text.ts'

/** Text colour of a result. */
export const RESULT_TEXT: Record<Direction, string> = {
  profit: 'text-profit',
  loss: 'text-loss',
  flat: 'text-muted',
}

/** A result: glyph, sign and colour; screen readers hear "profit" or "loss". */
export function Pnl({ value, currency = false }: { value: MoneyJson; currency?: boolean }) {
  const text = resultText(value)
  return (
    <span className={`whitespace-nowrap ${RESULT_TEXT[text.direction]}`}>
      <span aria-hidden="true">
        <span className="mr-1 text-[0.7em]">{text.glyph}</span>
        {text.amount}
        {currency && <span className="ml-1 text-[0.75em] font-normal text-muted">{value.currency}</span>}
      </span>
      <span className="sr-only">{text.spoken}</span>
    </span>
  )
}
