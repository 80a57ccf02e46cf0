import { grossMinor, multiplyDivide } from '../profit.ts'
import type { ExchangeDeal } from './exchange-types.ts'
import type { OpenPosition } from './open-position.ts'

/** What a closing deal realised. */
export type RealisedClosing = NonNullable<ExchangeDeal['closing']>

/**
 * The balance of the account, moved by closing deals alone.
 *
 * Balance after = before + gross + swap − commission of both sides. Opening commission is debited at the close.
 * Swap never accrues and no conversion fee arises yet: both are later work.
 */
export class Ledger {
  readonly #digits: number
  #balanceMinor: number

  /** Creates a ledger; `digits` are the decimal digits of the account's money. */
  constructor(balanceMinor: number, digits: number) {
    this.#balanceMinor = balanceMinor
    this.#digits = digits
  }

  /** Balance in minor units. */
  get balanceMinor(): number {
    return this.#balanceMinor
  }

  /**
   * Realises a part of a position and takes its share out of the position's unrealised commission and swap.
   *
   * Shares are rounded half away from zero and the rest stays with the position, so that the parts of several closes
   * add up to the whole (5 cents → 3 + 2).
   */
  close(position: OpenPosition, volumeCents: number, exitPoints: number, sideMinor: number): RealisedClosing {
    const commissionShare = multiplyDivide(position.commissionMinor, volumeCents, position.volumeCents)
    const swapShare = multiplyDivide(position.swapMinor, volumeCents, position.volumeCents)
    const gross = grossMinor(position.side, position.entryPoints, exitPoints, volumeCents, this.#digits)
    position.commissionMinor -= commissionShare
    position.swapMinor -= swapShare
    position.volumeCents -= volumeCents
    const commissionMinor = commissionShare + sideMinor
    this.#balanceMinor += gross + swapShare + commissionMinor
    return {
      entryPoints: position.entryPoints,
      grossMinor: gross,
      commissionMinor,
      swapMinor: swapShare,
      conversionFeeMinor: 0,
      balanceMinor: this.#balanceMinor,
      closedCents: volumeCents,
    }
  }
}
