import type { Brand } from './brand.ts'
import { ModelError } from './errors.ts'

/** The broker's id of a trading account (ctidTraderAccountId; not the login shown to people). */
export type AccountId = Brand<number, 'AccountId'>
/** The broker's id of an instrument. */
export type SymbolId = Brand<number, 'SymbolId'>
/** The broker's id of an order. */
export type OrderId = Brand<number, 'OrderId'>
/** The broker's id of a position. */
export type PositionId = Brand<number, 'PositionId'>
/** The broker's id of one execution. */
export type DealId = Brand<number, 'DealId'>
/** Chosen by us, at most 50 characters, echoed by the broker on the order. */
export type ClientOrderId = Brand<string, 'ClientOrderId'>

function checkId(kind: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new ModelError(
      'invalid-value',
      `${kind} ${value} is not a whole number from 0 to 2^53−1. Pass the id as the broker sent it.`,
    )
  return value
}

/** Makes an {@link AccountId}. @throws {@link ModelError} `invalid-value` */
export const accountId = (value: number): AccountId => checkId('Account id', value) as AccountId
/** Makes a {@link SymbolId}. @throws {@link ModelError} `invalid-value` */
export const symbolId = (value: number): SymbolId => checkId('Symbol id', value) as SymbolId
/** Makes an {@link OrderId}. @throws {@link ModelError} `invalid-value` */
export const orderId = (value: number): OrderId => checkId('Order id', value) as OrderId
/** Makes a {@link PositionId}. @throws {@link ModelError} `invalid-value` */
export const positionId = (value: number): PositionId => checkId('Position id', value) as PositionId
/** Makes a {@link DealId}. @throws {@link ModelError} `invalid-value` */
export const dealId = (value: number): DealId => checkId('Deal id', value) as DealId

/** Longest client order id that the broker accepts, in characters. */
export const MAX_CLIENT_ORDER_ID_LENGTH = 50

/** Makes a {@link ClientOrderId}. @throws {@link ModelError} `invalid-value` when it is empty or too long */
export function clientOrderId(value: string): ClientOrderId {
  if (value.length === 0 || value.length > MAX_CLIENT_ORDER_ID_LENGTH)
    throw new ModelError(
      'invalid-value',
      `Client order id "${value}" has ${value.length} characters. Use 1 to ${MAX_CLIENT_ORDER_ID_LENGTH}.`,
    )
  return value as ClientOrderId
}
