import { describe, expect, it } from 'vitest'
import { CTraderError, deliveryOf, isCTraderError } from './errors.ts'

describe('CTraderError', () => {
  it('starts its message with the code and keeps the cause', () => {
    const cause = new Error('socket')
    const error = new CTraderError(
      'connection-lost',
      'It broke. Connect again.',
      { delivery: 'unknown' },
      { cause },
    )
    expect([error.message, error.cause, error.name]).toEqual([
      '[connection-lost] It broke. Connect again.',
      cause,
      'CTraderError',
    ])
  })

  it.each([
    [new CTraderError('connection-lost', '', { delivery: 'not-sent' }), true],
    [new CTraderError('connection-lost', '', { delivery: 'unknown' }), false],
    [
      new CTraderError('request-timeout', '', { method: 'newOrder', timeoutMs: 1, delivery: 'unknown' }),
      false,
    ],
    [new CTraderError('rate-limited', '', { retryAfterMs: 1 }), true],
    [new CTraderError('order-rejected', '', { serverCode: 'X', delivery: 'refused' }), false],
  ])('may only be retried when it cannot act twice (%#)', (error, retryable) => {
    expect(error.retryable).toBe(retryable)
  })

  it('is recognised by name and code, also when it comes from another copy', () => {
    const foreign = Object.assign(new Error('x'), { name: 'CTraderError', code: 'rate-limited' })
    expect([
      isCTraderError(foreign),
      isCTraderError(foreign, 'rate-limited'),
      isCTraderError(foreign, 'token-invalid'),
    ]).toEqual([true, true, false])
    expect([isCTraderError(new Error('x')), isCTraderError('x')]).toEqual([false, false])
  })
})

describe('deliveryOf', () => {
  it.each([
    [new CTraderError('invalid-argument', '', { path: 'volume', expected: '' }), 'not-sent'],
    [new CTraderError('withdrawn', '', { method: 'newOrder', delivery: 'not-sent' }), 'not-sent'],
    [new CTraderError('rate-limited', '', { retryAfterMs: 1 }), 'not-sent'],
    [new CTraderError('connection-lost', '', { delivery: 'not-sent' }), 'not-sent'],
    [new CTraderError('rate-limited', '', { retryAfterMs: 1, serverCode: 'X' }), 'refused'],
    [
      new CTraderError('request-refused', '', { method: 'trader', serverCode: 'X', delivery: 'refused' }),
      'refused',
    ],
    [new CTraderError('order-rejected', '', { serverCode: 'X', delivery: 'refused' }), 'refused'],
    [new CTraderError('under-maintenance', '', {}), 'refused'],
    [new CTraderError('token-invalid', '', { accountIds: [], serverCode: 'X' }), 'refused'],
    [new CTraderError('connection-lost', '', { delivery: 'unknown' }), 'unknown'],
    [new CTraderError('protocol-violation', '', {}), 'unknown'],
    [new Error('of others'), 'unknown'],
  ])('says of each failure whether the server may have acted (%#)', (error, delivery) => {
    expect(deliveryOf(error)).toBe(delivery)
  })
})
