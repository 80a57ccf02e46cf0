import type { StopTrigger } from '@openclaw-trading/trading-model'
import { ProtoOAOrderTriggerMethod } from '../protocol/generated/messages.js'

const TRIGGERS: Readonly<Record<number, StopTrigger>> = {
  [ProtoOAOrderTriggerMethod.OPPOSITE]: 'opposite',
  [ProtoOAOrderTriggerMethod.DOUBLE_TRADE]: 'double-trade',
  [ProtoOAOrderTriggerMethod.DOUBLE_OPPOSITE]: 'double-opposite',
}

/** Decodes what triggers a stop; `undefined` for the usual one, and for one that nobody knows yet. */
export function decodeStopTrigger(method: number | undefined): StopTrigger | undefined {
  return method === undefined ? undefined : TRIGGERS[method]
}
