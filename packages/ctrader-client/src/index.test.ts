import { expect, it } from 'vitest'
import * as client from './index.ts'

it('exports exactly its public face', () => {
  expect(Object.keys(client).sort()).toMatchInlineSnapshot(`
    [
      "AUTHORIZE_URL",
      "Account",
      "CTraderClient",
      "CTraderError",
      "DEFAULT_STALE_AFTER_MS",
      "Secret",
      "TOKEN_URL",
      "authorizeUrl",
      "codeFrom",
      "connect",
      "createRateBudget",
      "createTokenSource",
      "deliveryOf",
      "environmentOf",
      "exchangeCode",
      "fingerprintOf",
      "isCTraderError",
      "memoryRefreshLock",
      "memoryTokenStore",
      "methods",
      "readCode",
      "refreshGrant",
      "refreshOverConnection",
      "tcpTransport",
      "tlsTransport",
      "toDistances",
      "watchQuotes",
      "webSocketTransport",
    ]
  `)
})
