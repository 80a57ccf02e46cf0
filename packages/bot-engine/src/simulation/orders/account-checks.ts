import { divideRounded, isModelError, tieredMargin } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import type { ExchangeAccount } from '../exchange-types.ts'
import { MAX_MARGIN_CALLS } from '../money/margin-call.ts'

/** Dollar cents beyond any tier that money can state. */
const EVERY_TIER = 10n ** 15n

/** Checks the ranges of an account. @throws {@link EngineError} `invalid-options` */
export function checkAccount(account: ExchangeAccount): void {
  const problem =
    moneyProblem(account) ?? marginCallProblem(account) ?? stopOutProblem(account) ?? tierProblem(account)
  if (problem !== undefined) throw new EngineError('invalid-options', problem)
}

function moneyProblem({ digits, balanceMinor, leverage }: ExchangeAccount): string | undefined {
  if (!Number.isInteger(digits) || digits < 0 || digits > 8)
    return `account.digits is ${digits}. Pass a whole number from 0 to 8.`
  if (!Number.isSafeInteger(balanceMinor))
    return `account.balanceMinor is ${balanceMinor}, which is no whole number within ±(2^53−1). Pass fewer digits or less money.`
  return leverage > 0 && Number.isFinite(leverage)
    ? undefined
    : `account.leverage is ${leverage}. Pass a number above 0; 100 is 1:100.`
}

function marginCallProblem({ marginCallPercents = [] }: ExchangeAccount): string | undefined {
  const isBad = marginCallPercents.some(percent => !Number.isFinite(percent) || percent < 0)
  return isBad || marginCallPercents.length > MAX_MARGIN_CALLS
    ? `account.marginCallPercents is [${marginCallPercents.join(', ')}]. Pass up to ${MAX_MARGIN_CALLS} margin levels in percent from 0 up.`
    : undefined
}

function stopOutProblem({ stopOut }: ExchangeAccount): string | undefined {
  if (stopOut === undefined || (Number.isFinite(stopOut.levelPercent) && stopOut.levelPercent > 0))
    return undefined
  return `account.stopOut.levelPercent is ${stopOut.levelPercent}. Pass a margin level in percent above 0, or leave stopOut out.`
}

function tierProblem({ leverageTiers = [], leverage }: ExchangeAccount): string | undefined {
  for (const { id, tiers } of leverageTiers) {
    try {
      const { numerator, denominator } = tieredMargin(tiers, leverage, 0n, EVERY_TIER)
      divideRounded(numerator, denominator)
    } catch (error) {
      if (!isModelError(error)) throw error
      return `account.leverageTiers of id ${id}: ${error.message}`
    }
  }
  return undefined
}
