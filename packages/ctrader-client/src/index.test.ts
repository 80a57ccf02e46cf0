import { expect, it } from 'vitest'
import * as client from './index.ts'

it('exports exactly its public face', () => {
  expect(Object.keys(client).sort()).toMatchInlineSnapshot(`
    [
      "Account",
      "CTraderClient",
      "CTraderError",
      "connect",
      "createRateBudget",
      "isCTraderError",
      "methods",
      "tcpTransport",
      "tlsTransport",
    ]
  `)
})
