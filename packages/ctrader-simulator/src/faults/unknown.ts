import { encodeFrame } from '@openclaw-trading/ctrader-client/protocol'
import { type Frame, frameOf, PREFIX_BYTES, withPayload } from './frame.ts'

/** Field 1000 as a number, field 1001 as three bytes: beyond every published field. */
const UNKNOWN = new Uint8Array([0xc0, 0x3e, 0x07, 0xca, 0x3e, 0x03, 0x01, 0x02, 0x03])

/** A message with two fields more, inside and in its envelope. */
export function withUnknownFields(frame: Frame): Frame {
  const inner = withPayload(frame, Buffer.concat([frame.payload, UNKNOWN]))
  return frameOf(encodeFrame(Buffer.concat([inner.bytes.subarray(PREFIX_BYTES), UNKNOWN])))
}
