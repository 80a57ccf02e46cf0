import { expect, it } from 'vitest'
import * as client from './index.ts'

it('exports exactly its public face', () => {
  expect(Object.keys(client).sort()).toMatchInlineSnapshot(`
    [
      "AUTHORIZE_URL",
      "Account",
      "CTraderClient",
      "CTraderError",
      "Secret",
      "TOKEN_URL",
      "authorizeUrl",
      "codeFrom",
      "connect",
      "createRateBudget",
      "createTokenSource",
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
      "webSocketTransport",
    ]
  `)
})
