import { describe, expect, it } from 'vitest'
import { encodePayload } from '../protocol/message.ts'
import { commandError, decodeRefusal, queryError } from './server-error.ts'

describe('decodeRefusal', () => {
  it('reads the maintenance end of ProtoOAErrorRes in seconds', () => {
    const payload = encodePayload(2142, {
      errorCode: 'SERVER_IS_UNDER_MAINTENANCE',
      maintenanceEndTimestamp: 1_398_960_000,
    })
    expect(decodeRefusal(2142, payload)?.endsAt).toBe(1_398_960_000_000)
  })

  it('reads the maintenance end of ProtoErrorRes in milliseconds', () => {
    const payload = encodePayload(50, {
      errorCode: 'SERVER_IS_UNDER_MAINTENANCE',
      maintenanceEndTimestamp: 1_398_960_000_123,
    })
    expect(decodeRefusal(50, payload)?.endsAt).toBe(1_398_960_000_123)
  })

  it('reads retryAfter in seconds', () => {
    const payload = encodePayload(2142, { errorCode: 'BLOCKED_PAYLOAD_TYPE', retryAfter: 301 })
    expect(decodeRefusal(2142, payload)?.retryAfterMs).toBe(301_000)
  })

  it('[row 7] takes ids of 0 in an order error as none', () => {
    const payload = encodePayload(2132, {
      ctidTraderAccountId: 1,
      errorCode: 'MARKET_CLOSED',
      orderId: 0,
      positionId: 7,
    })
    expect(decodeRefusal(2132, payload)).toEqual({ serverCode: 'MARKET_CLOSED', positionId: 7 })
  })

  it('is nothing for any other message', () => {
    expect(decodeRefusal(2131, new Uint8Array(0))).toBeUndefined()
  })
})

describe('queryError', () => {
  it.each([
    ['CH_CLIENT_AUTH_FAILURE', 'token-invalid', false],
    ['CH_ACCESS_TOKEN_INVALID', 'token-invalid', false],
    ['BLOCKED_PAYLOAD_TYPE', 'rate-limited', true],
    ['REQUEST_FREQUENCY_EXCEEDED', 'rate-limited', true],
    ['SERVER_IS_UNDER_MAINTENANCE', 'under-maintenance', true],
    ['INCORRECT_BOUNDARIES', 'request-refused', false],
    ['TIMEOUT_ERROR', 'request-refused', true],
    ['CH_SERVER_NOT_REACHABLE', 'request-refused', true],
    ['A_CODE_OF_TOMORROW', 'request-refused', false],
  ])('says %s as %s', (serverCode, code, retryable) => {
    expect(queryError('trader', { serverCode })).toMatchObject({ code, retryable })
  })

  it('[row 46] says of a refused application that a new one must have been approved', () => {
    const error = queryError('applicationAuth', {
      serverCode: 'CH_CLIENT_AUTH_FAILURE',
      description: 'OA client is not in active state',
    })
    expect(error.code).toBe('token-invalid')
    expect(error.message).toMatch(/not in active state.*a new application must have been approved first/)
  })

  it('passes code and text through and says what to do', () => {
    const error = queryError('accountAuth', {
      serverCode: 'CANT_ROUTE_REQUEST',
      description: 'Cannot route request',
    })
    expect(error.details).toEqual({
      method: 'accountAuth',
      serverCode: 'CANT_ROUTE_REQUEST',
      delivery: 'refused',
      description: 'Cannot route request',
    })
    expect(error.message).toContain(
      'CANT_ROUTE_REQUEST (Cannot route request). Demo accounts are on the demo servers only',
    )
  })
})

describe('commandError', () => {
  it('says every refusal of a trading request as order-rejected', () => {
    const error = commandError('newOrder', {
      serverCode: 'TRADING_BAD_VOLUME',
      description: 'Minimum is 100',
    })
    expect(error).toMatchObject({
      code: 'order-rejected',
      retryable: false,
      details: { serverCode: 'TRADING_BAD_VOLUME' },
    })
    expect(error.message).toContain('roundVolume')
  })

  it.each(['TIMEOUT_ERROR', 'UNKNOWN_ERROR', 'CANT_ROUTE_REQUEST', 'CH_SERVER_NOT_REACHABLE'])(
    'takes %s of the broker for no refusal: the request may have taken effect',
    serverCode => {
      const error = commandError('newOrder', { serverCode })
      expect(error).toMatchObject({
        code: 'request-timeout',
        retryable: false,
        details: { method: 'newOrder', serverCode, delivery: 'unknown' },
      })
      expect(error.message).toContain('take a snapshot before sending another')
    },
  )

  it('names both causes of a refusal to trade: the token, and the broker', () => {
    const { message } = commandError('newOrder', { serverCode: 'TRADING_NOT_ALLOWED' })
    expect(message).toMatch(
      /token has the scope "accounts".*--scope trading.*broker.*account\.details\.rights/,
    )
  })
})
