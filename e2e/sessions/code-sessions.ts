import type { ErrorCarrier } from '@openclaw-trading/ctrader-simulator'
import { valuesOf } from './coverage.ts'
import { login, type Session, type Step } from './session.ts'

// Every code of the protocol in each message that carries one; what a client makes of them: error-codes.e2e.test.ts.

const TRADER = 2121
const NEW_ORDER = 2106

/** By the message: its type, and a request that it answers. */
const CARRIERS = {
  venue: { type: 2142, request: TRADER, codes: valuesOf('ProtoOAErrorCode') },
  proxy: { type: 50, request: TRADER, codes: valuesOf('ProtoErrorCode') },
  order: { type: 2132, request: NEW_ORDER, codes: valuesOf('ProtoOAErrorCode') },
} as const satisfies Record<ErrorCarrier, object>

const ORDER = { symbolId: 41, orderType: 1, tradeSide: 1, volume: 1000 }

function refusalBy(carrier: ErrorCarrier, errorCode: string): readonly Step[] {
  const { type, request } = CARRIERS[carrier]
  const description = `by ${carrier}`
  const id = `${carrier}-${errorCode}`
  const fields = { ctidTraderAccountId: '$account', ...(request === NEW_ORDER ? ORDER : {}) }
  return [
    {
      act: control =>
        control.faults.set(
          { type: 'refuse', errorCode, description, carrier, payloadTypes: [request] },
          { times: 1 },
        ),
    },
    { send: request, fields, id },
    { expect: type, id, fields: { errorCode, description } },
  ]
}

/** Sessions in which the venue refuses with every code that there is. */
export const codeSessions: readonly Session[] = Object.entries(CARRIERS).map(
  ([carrier, { type, codes }]) => ({
    name: `refuses with every code that message ${type} can carry`,
    venue: { mode: { type: 'live-clock', clock: 'manual', market: 'still' } },
    steps: [...login(), ...codes.flatMap(code => refusalBy(carrier as ErrorCarrier, code)), { quiet: 'A' }],
  }),
)
