import {
  decodeEnvelope,
  decodeMessage,
  decodeSpotEvent,
  type Envelope,
  FrameDecoder,
  type PayloadType,
  type SpotEvent,
} from '@openclaw-trading/ctrader-client/protocol'

/** What the scenario puts to the test; planted faults replace one of its parts. */
export interface Codec {
  createFrameDecoder(): Pick<FrameDecoder, 'push'>
  decodeEnvelope(body: Uint8Array): Envelope & { readonly payload: Uint8Array }
  decodeMessage(payloadType: PayloadType, payload: Uint8Array): object
  decodeSpotEvent(payload: Uint8Array): SpotEvent
}

/** The codec of the client. */
export const clientCodec: Codec = {
  createFrameDecoder: () => new FrameDecoder(),
  decodeEnvelope,
  decodeMessage,
  decodeSpotEvent,
}
