import { describe, expect, it } from 'vitest'
import { isModelError, ModelError } from './errors.ts'
import {
  accountId,
  clientOrderId,
  dealId,
  MAX_CLIENT_ORDER_ID_LENGTH,
  orderId,
  positionId,
  symbolId,
} from './ids.ts'
import { oppositeSide } from './market.ts'

describe('ids', () => {
  it.each([accountId, symbolId, orderId, positionId, dealId])(
    'are whole numbers from 0 to 2^53 − 1',
    make => {
      expect(make(0)).toBe(0)
      expect(make(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER)
      for (const value of [-1, 0.5, 2 ** 53, Number.NaN])
        expect(() => make(value)).toThrowError('[invalid-value]')
    },
  )

  it('hold 1 to 50 characters when they are ours', () => {
    expect(clientOrderId('a'.repeat(MAX_CLIENT_ORDER_ID_LENGTH))).toHaveLength(50)
    expect(() => clientOrderId('')).toThrowError('0 characters')
    expect(() => clientOrderId('a'.repeat(51))).toThrowError('51 characters')
  })
})

describe('isModelError', () => {
  it('knows the error by name and code, also one of another installed copy', () => {
    const error = new ModelError('invalid-value', 'A is not B. Pass B.')
    expect(isModelError(error, 'invalid-value')).toBe(true)
    expect(isModelError(error, 'money-overflow')).toBe(false)
    expect(isModelError(Object.assign(new Error('a'), { name: 'ModelError', code: 'invalid-value' }))).toBe(
      true,
    )
    expect(isModelError(new Error('a'))).toBe(false)
    expect(isModelError('a')).toBe(false)
  })
})

describe('oppositeSide', () => {
  it('turns buy into sell and back', () => {
    expect(oppositeSide('buy')).toBe('sell')
    expect(oppositeSide(oppositeSide('buy'))).toBe('buy')
  })
})
