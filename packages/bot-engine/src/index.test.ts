import { expect, it } from 'vitest'
import * as face from './index.ts'
import * as simulation from './simulation/index.ts'
import * as testing from './testing/index.ts'

it('exports exactly these values', () => {
  expect(Object.keys(face).sort()).toMatchInlineSnapshot(`
    [
      "DEFAULT_VENUE_MODEL",
      "EngineError",
      "MAX_UNREAD_EVENTS",
      "atr",
      "backtest",
      "bollinger",
      "createMemoryLedger",
      "createRandom",
      "createSystemClock",
      "cross",
      "defineStrategy",
      "ema",
      "isEngineError",
      "parseParams",
      "riskVolume",
      "runLive",
      "sma",
    ]
  `)
  expect(Object.keys(simulation).sort()).toMatchInlineSnapshot(`
    [
      "DEFAULT_VENUE_MODEL",
      "EngineError",
      "MARGIN_CALL_PAUSE_MS",
      "MAX_BALANCE_CHANGES",
      "MAX_MARGIN_CALLS",
      "MAX_OPEN_POSITIONS",
      "MAX_PENDING_ORDERS",
      "MAX_SCRIPT_RULES",
      "MAX_WAITING_REQUESTS",
      "commissionMinor",
      "createExchange",
      "grossMinor",
      "isEngineError",
      "marginMinor",
      "toExchangeRequest",
      "toExecutionEvent",
      "toOrder",
      "toPosition",
    ]
  `)
  expect(Object.keys(testing).sort()).toMatchInlineSnapshot(`
    [
      "EngineError",
      "ReplayBroker",
      "createReplayBroker",
      "everyOrder",
      "everyStop",
      "isEngineError",
    ]
  `)
})
