import type { Instrument, OrderAmendment, PendingTerms, Price } from '@openclaw-trading/trading-model'
import { invalid } from '../encode/invalid.ts'
import { encodePrice } from '../encode/protection.ts'
import type { ProtoOAPosition } from '../protocol/generated/messages.js'
import type { OrderPatch, ProtectionPatch } from './order-options.ts'

/** The full protection of a position on the wire. */
export interface WireProtection {
  readonly stopLoss?: number
  readonly takeProfit?: number
  readonly trailingStopLoss?: boolean
  readonly guaranteedStopLoss?: boolean
  readonly stopLossTriggerMethod?: number
}

/** `undefined` stays, `null` goes, 0 on the wire is none. */
function patched<T>(now: T | undefined, change: T | null | undefined): T | undefined {
  if (change === null) return undefined
  return change ?? (now === 0 ? undefined : now)
}

/**
 * The protection that a patch leaves, from what the server has: also flags that the patch does not name.
 *
 * @throws {@link CTraderError} `invalid-argument`
 */
export function patchedProtection(
  instrument: Pick<Instrument, 'digits'>,
  now: ProtoOAPosition,
  patch: ProtectionPatch,
): WireProtection {
  const stopLoss = patched<number>(now.stopLoss, patch.stopLoss)
  const takeProfit = patched<number>(now.takeProfit, patch.takeProfit)
  const trailing = patch.trailing ?? now.trailingStopLoss ?? false
  const { guaranteedStopLoss, stopLossTriggerMethod } = now
  if (patch.trailing === true && stopLoss === undefined) throw invalid('trailing', true, 'a stopLoss with it')
  return {
    ...(takeProfit === undefined
      ? {}
      : { takeProfit: encodePrice(instrument, takeProfit as Price, 'takeProfit') }),
    ...(stopLoss === undefined
      ? {}
      : {
          stopLoss: encodePrice(instrument, stopLoss as Price, 'stopLoss'),
          ...(trailing ? { trailingStopLoss: true } : {}),
          ...(guaranteedStopLoss === true ? { guaranteedStopLoss } : {}),
          ...(stopLossTriggerMethod === undefined ? {} : { stopLossTriggerMethod }),
        }),
  }
}

/** Whether a protection is another than the position has. */
export function changes(now: ProtoOAPosition, next: WireProtection): boolean {
  return (
    (now.stopLoss || undefined) !== next.stopLoss ||
    (now.takeProfit || undefined) !== next.takeProfit ||
    (now.trailingStopLoss ?? false) !== (next.trailingStopLoss ?? false)
  )
}

/** The full amendment that a patch of a pending order means. */
export function amendmentOf(now: PendingTerms, patch: OrderPatch): OrderAmendment {
  const { volume, price, slippage } = patch
  const expiry = now.timeInForce.type === 'gtd' ? now.timeInForce.expiresAt : undefined
  const expiresAt = patched(expiry, patch.expiresAt)
  const stopLoss = patched(now.stopLoss, patch.stopLoss)
  const takeProfit = patched(now.takeProfit, patch.takeProfit)
  const trailing = patch.trailing ?? (stopLoss === undefined ? undefined : now.trailing)
  const guaranteed = stopLoss === undefined ? undefined : now.guaranteed
  return {
    ...(volume === undefined ? {} : { volume }),
    ...(price === undefined ? {} : { price }),
    ...(slippage === undefined ? {} : { slippage }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(stopLoss === undefined ? {} : { stopLoss }),
    ...(takeProfit === undefined ? {} : { takeProfit }),
    ...(trailing === undefined ? {} : { trailing }),
    ...(guaranteed === undefined ? {} : { guaranteed }),
  }
}
