import type { CommandName, Params } from '../protocol/methods.ts'
import { prepareFrame } from '../protocol/plain-fields.ts'
import { prepareRandomId } from '../random-id.ts'
import type { CommandCall, CommandSink } from './requests.ts'

/** A trading request that is ready for the wire. */
export interface Launch<M extends CommandName> {
  readonly method: M
  readonly params: Params<M>
  readonly options: CommandCall
  readonly sink: CommandSink
  readonly clientMsgId: string
  readonly frame: Uint8Array
}

/**
 * Makes ahead what the next request needs. A failure here is of no request that has left: the next one makes its own, and
 * fails before it is sent.
 */
export function prepareNext(): void {
  try {
    prepareFrame(prepareRandomId())
  } catch {
    // Told by the next request.
  }
}

/** Tells who asked that his request has not left. */
export function giveUp(sink: CommandSink, error: unknown): void {
  sink.onSent?.()
  sink.onEnd(error)
}
