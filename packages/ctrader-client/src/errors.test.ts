import { describe, expect, it } from 'vitest'
import { CTraderError, isCTraderError } from './errors.ts'

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
    [new CTraderError('order-rejected', '', { serverCode: 'X' }), false],
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
