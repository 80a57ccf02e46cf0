import { NO_CONVERSION, type Ratio, ratioToNumber } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import { grossMinor, multiplyDivide } from '../../profit.ts'
import { conversionFeeMinor } from './costs.ts'
import type { RealisedClosing } from '../exchange-types.ts'
import type { Market } from '../matching/matching.ts'
import type { OpenPosition } from '../matching/open-position.ts'

/**
 * The balance of the account, moved by closing deals, deposits and withdrawals alone.
 *
 * Balance after a close = before + gross + swap − commission of both sides − conversion fee. Opening commission and
 * swap are debited at the close.
 */
export class Ledger {
  private readonly digits: number
  /** Balance in minor units; moved by the ledger alone. */
  balanceMinor: number
  /** Changes of the balance so far. */
  version: number

  /** Creates a ledger; `digits` are the decimal digits of the account's money. */
  constructor(balanceMinor: number, digits: number, version = 0) {
    if (!Number.isSafeInteger(balanceMinor)) throw beyondMoney(balanceMinor)
    this.balanceMinor = balanceMinor
    this.digits = digits
    this.version = version
  }

  /**
   * Puts something on the balance or, with a negative amount, takes it off. Beyond the safe integers money would be
   * rounded: refused.
   *
   * @throws {@link EngineError} `invalid-options`
   */
  move(deltaMinor: number): void {
    const balanceMinor = this.balanceMinor + deltaMinor
    if (!Number.isSafeInteger(balanceMinor)) throw beyondMoney(balanceMinor)
    this.balanceMinor = balanceMinor
    this.version += 1
  }

  /**
   * Realises a part of a position and takes its share out of the position's unrealised commission and swap.
   *
   * Shares are rounded half away from zero and the rest stays with the position, so that the parts of several closes
   * add up to the whole (5 cents → 3 + 2).
   *
   * @param sideMinor - Commission of the closing side; 0 or negative.
   * @param conversion - Quote currency → deposit currency.
   */
  close(
    position: OpenPosition,
    market: Market,
    volumeCents: number,
    exitPoints: number,
    sideMinor: number,
    conversion: Ratio,
  ): RealisedClosing {
    const { side, entryPoints } = position
    const isWhole = volumeCents === position.volumeCents
    const commissionShare = isWhole
      ? position.commissionMinor
      : shareOf(position.commissionMinor, position, volumeCents)
    const swapShare = isWhole ? position.swapMinor : shareOf(position.swapMinor, position, volumeCents)
    const gross = grossMinor(side, entryPoints, exitPoints, volumeCents, this.digits, conversion)
    const fee = market.money.isHome ? 0 : conversionFeeMinor(market.instrument, gross)
    const commissionMinor = commissionShare + sideMinor
    this.move(gross + swapShare + commissionMinor + fee)
    position.commissionMinor -= commissionShare
    position.swapMinor -= swapShare
    position.volumeCents -= volumeCents
    return {
      entryPoints,
      grossMinor: gross,
      commissionMinor,
      swapMinor: swapShare,
      conversionFeeMinor: fee,
      balanceMinor: this.balanceMinor,
      closedCents: volumeCents,
      conversionRate: conversion === NO_CONVERSION ? undefined : ratioToNumber(conversion),
    }
  }
}

function shareOf(minor: number, position: OpenPosition, volumeCents: number): number {
  return multiplyDivide(minor, volumeCents, position.volumeCents)
}

function beyondMoney(balanceMinor: number): EngineError {
  return new EngineError(
    'invalid-options',
    `A balance of ${balanceMinor} minor units is beyond ±(2^53−1). Use an account with fewer digits or a smaller balance.`,
    { details: { balanceMinor } },
  )
}
