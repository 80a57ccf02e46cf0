import type { StopTrigger } from '@openclaw-trading/trading-model'
import { ProtoOAOrderTriggerMethod } from '../protocol/generated/messages.js'

const TRIGGERS: Readonly<Record<number, StopTrigger>> = {
  [ProtoOAOrderTriggerMethod.OPPOSITE]: 'opposite',
  [ProtoOAOrderTriggerMethod.DOUBLE_TRADE]: 'double-trade',
  [ProtoOAOrderTriggerMethod.DOUBLE_OPPOSITE]: 'double-opposite',
}

/** Decodes the way to trigger a stop; `undefined` for `trade`, the default, and for ways that nobody knows yet. */
export function decodeTrigger(method: number | undefined): StopTrigger | undefined {
  return method === undefined ? undefined : TRIGGERS[method]
}
