import type { Side } from '@openclaw-trading/trading-model'
import { CTraderError } from '../errors.ts'
import { ProtoOATradeSide } from '../protocol/generated/messages.js'

/** Decodes a trade side. @throws {@link CTraderError} `protocol-violation` for an unknown one */
export function decodeSide(value: number | undefined): Side {
  if (value === ProtoOATradeSide.BUY) return 'buy'
  if (value === ProtoOATradeSide.SELL) return 'sell'
  throw new CTraderError(
    'protocol-violation',
    `The server sent the trade side ${value}. The message was dropped.`,
    {},
  )
}
