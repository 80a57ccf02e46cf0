import { formatMoney, type Money, moneyToDecimal } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { EntryProtection } from '../strategy/entry-protection.ts'
import type { RiskLimits } from './limits.ts'

type MoneyTerms = Pick<Money, 'currency' | 'digits'>

/**
 * Checks, before a run begins, that every limit that is an amount is in the money of its account: they are compared in
 * minor units, so 500 USD without digits would be 5.00, and yen would count as cents.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function checkMoneyLimits(
  account: MoneyTerms,
  { maxDailyLoss }: RiskLimits = {},
  protections: readonly EntryProtection[] = [],
): void {
  if (maxDailyLoss !== undefined) check('risk.maxDailyLoss', maxDailyLoss, account)
  for (const { name, amounts = {} } of protections)
    for (const [option, amount] of Object.entries(amounts))
      check(`${option} of the protection "${name}"`, amount, account)
}

function check(what: string, amount: Money, account: MoneyTerms): void {
  if (amount.currency === account.currency && amount.digits === account.digits) return
  const written = amount.currency === account.currency ? moneyToDecimal(amount) : 'AMOUNT'
  throw new EngineError(
    'invalid-options',
    `${what} is ${formatMoney(amount)} (${termsOf(amount)}), and the account is in ${termsOf(account)}: they cannot be ` +
      `compared. Write moneyFromDecimal(${written}, ${account.digits}, '${account.currency}').`,
    { details: { limit: what, given: termsOf(amount), account: termsOf(account) } },
  )
}

function termsOf({ currency, digits }: MoneyTerms): string {
  return `${currency} with ${digits} digits`
}
