import type { ClientOrderId } from '@openclaw-trading/trading-model'
import type { ProtoOAExecutionEvent } from '../protocol/generated/messages.js'
import type { CallOptions } from '../options.ts'
import type { PayloadType } from '../protocol/generated/registry.js'
import { decodeMessage } from '../protocol/message.ts'
import type { CommandName, MethodName, Params, QueryName, Result } from '../protocol/methods.ts'
import type { PendingRequest } from './correlator.ts'
import {
  commandError,
  decodeRefusal,
  leavesUnknown,
  queryError,
  refusalOfExecution,
  rejectedError,
} from './server-error.ts'
import { stageOf } from './terminal.ts'

const EXECUTION = 2126

/** Options of a trading request. */
export interface CommandCall extends CallOptions {
  /** Instead of a random one; it must be unique on the server. */
  readonly clientMsgId?: string
  /** Names a close or an amendment of a position in the event of its refusal; it does not go over the wire. */
  readonly requestId?: ClientOrderId
  /** Takes the command back as long as it waits for its turn: it then ends as `withdrawn`. Once written, it stays. */
  readonly withdrawal?: AbortSignal
}

/** Options of a query inside this package. */
export interface QueryCall extends CallOptions {
  /** Called inside the read that brings the answer: what comes after it on the wire is told later. */
  readonly onAnswer?: () => void
}

/** Takes queries. */
export interface Requester {
  /** Sends a request and returns its one answer. @throws {@link CTraderError} any code but `order-rejected` */
  query<M extends QueryName>(method: M, params: Params<M>, options?: QueryCall): Promise<Result<M>>
}

/** Takes what a trading request leads to; called synchronously, in wire order. */
export interface CommandSink {
  /** The request has been written, or is given up before. Called before {@link CommandSink.onEnd}. */
  onSent?(): void
  /** An execution event that answers the request. */
  onEvent(event: ProtoOAExecutionEvent): void
  /** It is over: refused or lost with an error, else done. Called exactly once. */
  onEnd(error?: unknown): void
}

/** A query that ends with its one answer or a refusal. */
export function queryRequest(
  method: MethodName,
  response: PayloadType,
  onMessage: (message: unknown) => void,
  onFail: (error: unknown) => void,
): PendingRequest {
  return {
    method,
    kind: 'query',
    onFail,
    onAnswer(payloadType, payload) {
      try {
        if (payloadType === response) {
          onMessage(decodeMessage(response, payload))
          return true
        }
        const refusal = decodeRefusal(payloadType, payload)
        if (refusal === undefined) return false
        onFail(queryError(method, refusal))
      } catch (error) {
        onFail(error)
      }
      return true
    },
  }
}

/** A trading request that ends with its terminal event or a refusal, whichever message carries it. */
export function commandRequest<M extends CommandName>(
  method: M,
  params: Params<M>,
  sink: CommandSink,
): PendingRequest {
  return {
    method,
    kind: 'command',
    accountId: params.ctidTraderAccountId,
    onFail: error => sink.onEnd(error),
    onAnswer(payloadType, payload, execution) {
      if (payloadType !== EXECUTION) {
        const refusal = decodeRefusal(payloadType, payload)
        if (refusal === undefined) return false
        sink.onEnd(commandError(method, refusal))
        return leavesUnknown(refusal) ? 'in-doubt' : true
      }
      const event = execution ?? decodeMessage(EXECUTION, payload)
      const stage = stageOf(method, params, event)
      if (stage === 'refused') {
        sink.onEnd(rejectedError(method, refusalOfExecution(event)))
        return true
      }
      sink.onEvent(event)
      if (stage === 'open') return false
      sink.onEnd()
      return true
    },
  }
}
