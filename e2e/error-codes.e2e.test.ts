import {
  type Account,
  connect,
  type CTraderClient,
  deliveryOf,
  isCTraderError,
} from '@openclaw-trading/ctrader-client'
import { type ErrorCarrier, type LiveSimulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, type ExecutionEvent, type Instrument } from '@openclaw-trading/trading-model'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { valuesOf } from './sessions/coverage.ts'

// What the client makes of every code of the protocol. The wire of each: sessions/code-sessions.ts.

const TRADER = 2121
const NEW_ORDER = 2106
const VENUE_CODES = valuesOf('ProtoOAErrorCode')
const PROXY_CODES = valuesOf('ProtoErrorCode')
/** For a code that it does not know. */
const NO_HINT = 'Look the code up in the protocol'

/** Codes that are more than a refusal to who asked a question. */
const QUERY_ERRORS: Readonly<Record<string, string>> = {
  CH_CLIENT_AUTH_FAILURE: 'token-invalid',
  CH_OA_CLIENT_NOT_FOUND: 'token-invalid',
  CH_ACCESS_TOKEN_INVALID: 'token-invalid',
  OA_AUTH_TOKEN_EXPIRED: 'token-invalid',
  BLOCKED_PAYLOAD_TYPE: 'rate-limited',
  REQUEST_FREQUENCY_EXCEEDED: 'rate-limited',
  SERVER_IS_UNDER_MAINTENANCE: 'under-maintenance',
}
/** Refusals that the same question may outlive. */
const RETRYABLE = [
  'BLOCKED_PAYLOAD_TYPE',
  'REQUEST_FREQUENCY_EXCEEDED',
  'SERVER_IS_UNDER_MAINTENANCE',
  'CANT_ROUTE_REQUEST',
  'TIMEOUT_ERROR',
  'CH_SERVER_NOT_REACHABLE',
  'CONCURRENT_MODIFICATION',
  'PENDING_EXECUTION',
]

/** Of a trading request they do not say whether it took effect. */
const WORDLESS: readonly string[] = [
  'TIMEOUT_ERROR',
  'UNKNOWN_ERROR',
  'CANT_ROUTE_REQUEST',
  'CH_SERVER_NOT_REACHABLE',
]

let venue: LiveSimulator
let client: CTraderClient
let account: Account
let gold: Instrument
const told: ExecutionEvent[] = []

beforeAll(async () => {
  venue = await startSimulator({ mode: { type: 'live-clock' }, tls: false, seed: 3 })
})
afterAll(() => venue.close())
beforeEach(async () => {
  const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
  client = await connect({
    environment: { host: venue.host, port: venue.port, tls: false },
    application: { clientId, clientSecret },
  })
  account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
  gold = await account.instrument('XAUUSD')
  told.length = 0
  account.onMarket(event => {
    if (event.type !== 'quote') told.push(event)
  })
})
afterEach(async () => {
  venue.control.faults.clear()
  await client.close()
})

const refuse = (errorCode: string, carrier: ErrorCarrier, payloadType: number): void =>
  void venue.control.faults.set({ type: 'refuse', errorCode, carrier, payloadTypes: [payloadType] })

async function errorOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isCTraderError(error)) throw new Error(`got ${String(error)}`)
  return error
}

const ask = () => errorOf(client.request('trader', { ctidTraderAccountId: account.id }, { timeoutMs: 5000 }))
const buy = () =>
  errorOf(account.placeOrder({ type: 'market', symbolId: gold.id, side: 'buy', volume: gold.minVolume }))

describe('a question that is refused', () => {
  it.each([
    ...VENUE_CODES.map(code => [code, 'venue'] as const),
    ...PROXY_CODES.map(code => [code, 'proxy'] as const),
  ])('with %s by the %s fails with a typed error and a hint', async (code, carrier) => {
    refuse(code, carrier, TRADER)
    const error = await ask()
    expect(error.code).toBe(QUERY_ERRORS[code] ?? 'request-refused')
    expect(deliveryOf(error)).toBe('refused')
    expect(error.retryable).toBe(RETRYABLE.includes(code))
    if (error.code !== 'under-maintenance') expect(error.details).toMatchObject({ serverCode: code })
    expect(error.message).not.toContain(NO_HINT)
    expect(error.message).toMatch(/\.$/)
  })
})

describe('an order that is refused', () => {
  it.each([
    ...VENUE_CODES.filter(code => !WORDLESS.includes(code)).map(code => [code, 'order'] as const),
    ...PROXY_CODES.filter(code => !WORDLESS.includes(code)).map(code => [code, 'proxy'] as const),
    ['TRADING_BAD_VOLUME', 'venue'] as const,
  ])('with %s in the message of the %s is rejected once, with a hint', async (code, carrier) => {
    refuse(code, carrier, NEW_ORDER)
    const error = await buy()
    expect(error).toMatchObject({ code: 'order-rejected', retryable: false, details: { serverCode: code } })
    expect(deliveryOf(error)).toBe('refused')
    expect(error.message).not.toContain(NO_HINT)
    expect(told).toMatchObject([{ type: 'order-rejected', reason: code }])
  })

  it.each(
    (['venue', 'proxy', 'order'] as const).flatMap(carrier => WORDLESS.map(code => [code, carrier] as const)),
  )('by no more than %s of the broker (%s) is of unknown outcome', async (code, carrier) => {
    refuse(code, carrier, NEW_ORDER)
    const error = await buy()
    expect(error).toMatchObject({ code: 'request-timeout', retryable: false })
    expect(deliveryOf(error)).toBe('unknown')
    expect(told).toEqual([])
  })
})
