import type { MoneyJson } from '../contract.ts'
import { amountText } from '../number-text.ts'

/** An amount with its currency in small type. */
export function Money({ value }: { value: MoneyJson }) {
  return (
    <span className="whitespace-nowrap">
      {amountText(value)}
      <span className="ml-1 text-[0.75em] font-normal text-muted max-sm:sr-only">{value.currency}</span>
    </span>
  )
}
