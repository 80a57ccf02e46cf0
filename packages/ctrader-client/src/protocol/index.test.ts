import { expect, it } from 'vitest'
import * as protocol from './index.ts'

it('exports exactly its public face, besides messages and enums', () => {
  expect(
    Object.keys(protocol)
      .filter(name => !name.startsWith('Proto'))
      .sort(),
  ).toMatchInlineSnapshot(`
    [
      "CTraderError",
      "DEFAULT_MONEY_DIGITS",
      "FrameDecoder",
      "JsonSplitter",
      "MAX_FRAME_BYTES",
      "MAX_JSON_DEPTH",
      "MAX_SPOT_FRAME_BYTES",
      "decodeEnvelope",
      "decodeJson",
      "decodeMessage",
      "decodeMinutes",
      "decodeMoney",
      "decodePriceDouble",
      "decodePriceE5",
      "decodeSeconds",
      "decodeSpotEvent",
      "decodeVolume",
      "encodeEnvelope",
      "encodeFrame",
      "encodeJson",
      "encodeMessage",
      "encodeMinutes",
      "encodePayload",
      "encodePriceE5",
      "encodeSpotFrame",
      "encodeVolume",
      "isCTraderError",
      "isPayloadType",
      "methods",
      "missingFields",
      "payloadTypes",
      "registry",
      "schemaVersion",
      "secondsToMs",
      "unknownFields",
      "writeSpotFrame",
    ]
  `)
})

it('exports every message and every enum of the schema', () => {
  expect(Object.keys(protocol).filter(name => name.startsWith('Proto'))).toHaveLength(124 + 29)
})
