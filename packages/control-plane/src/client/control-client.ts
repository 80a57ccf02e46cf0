import { z } from 'zod'
import { ControlPlaneError } from '../errors.ts'
import {
  type BarsRequest,
  ControlResponse,
  type Heartbeat,
  type InstanceRef,
  ParamsResponse,
  type PositionsRequest,
  type SessionEndRequest,
  type SessionStartRequest,
  SessionStartResponse,
  type TradeRecord,
  TradeRow,
} from './contracts.ts'
import { Repair, type RepairResult, RepairsResponse } from './repair-contracts.ts'
import { type ApiRequest, type ApiTransport, sendRequest } from './http.ts'

/** Trades in one request at most. */
export const MAX_TRADES_PER_POST = 500

/** Options of {@link createControlClient}. */
export interface ControlClientOptions {
  /** Of the API, e.g. `http://127.0.0.1:8000`. */
  readonly baseUrl: string
  /** Default: the platform's. */
  readonly fetch?: typeof fetch
  /** For one request. Default 10 000 ms. */
  readonly timeoutMs?: number
}

/** Options of one call. */
export interface ClientCallOptions {
  /** Ends the call; its reason is thrown. */
  readonly signal?: AbortSignal
}

/** What a bot says to and asks of the API. All throw {@link ControlPlaneError}: `fenced` means that a newer process owns the instance, stop. */
export interface ControlClient {
  /** Opens a session, after account auth and reconcile. */
  startSession(request: SessionStartRequest, options?: ClientCallOptions): Promise<SessionStartResponse>
  /** Ends it; may be repeated. */
  endSession(request: SessionEndRequest, options?: ClientCallOptions): Promise<void>
  /** Says that it lives. */
  heartbeat(heartbeat: Heartbeat, options?: ClientCallOptions): Promise<void>
  /** Records 1 to 500 trades; may be repeated. Gives the stored rows in order. */
  postTrades(trades: readonly TradeRecord[], options?: ClientCallOptions): Promise<readonly TradeRow[]>
  /** Gives its complete view of open positions. */
  postPositions(request: PositionsRequest, options?: ClientCallOptions): Promise<void>
  /** Gives bars for the dashboard's chart. */
  postBars(request: BarsRequest, options?: ClientCallOptions): Promise<void>
  /** The operator's word; a poll that changed nothing costs a 304. */
  getControl(ref: InstanceRef, options?: ClientCallOptions): Promise<ControlResponse>
  /** The parameters in force; likewise. */
  getParams(ref: InstanceRef, options?: ClientCallOptions): Promise<ParamsResponse>
  /** Repairs that wait for its start, oldest first. */
  getRepairs(ref: InstanceRef, options?: ClientCallOptions): Promise<readonly Repair[]>
  /** Says what came of one; may be repeated. */
  postRepairResult(
    ref: InstanceRef,
    repairId: number,
    result: RepairResult,
    options?: ClientCallOptions,
  ): Promise<void>
}

interface Remembered<T> {
  readonly etag: string
  readonly value: T
}

function read<T>(schema: z.ZodType<T>, body: unknown, path: string): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new ControlPlaneError(
    'invalid-payload',
    `The answer to ${path} is not what was agreed: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}. Use the same version on both sides.`,
    { cause: parsed.error },
  )
}

// A client serves one instance, seldom a few; the bound is only against a caller that walks over many.
const MAX_REMEMBERED = 100

function rememberingGet<T>(transport: ApiTransport, schema: z.ZodType<T>) {
  const known = new Map<string, Remembered<T>>()
  return async (path: string, signal: AbortSignal | undefined): Promise<T> => {
    const before = known.get(path)
    const answer = await sendRequest(transport, { method: 'GET', path, signal, etag: before?.etag })
    if (answer.notModified && before !== undefined) return before.value
    const value = read(schema, answer.body, path)
    known.delete(path)
    if (known.size >= MAX_REMEMBERED) known.clear()
    if (answer.etag !== null) known.set(path, { etag: answer.etag, value })
    return value
  }
}

/** Makes the client; no I/O yet. @throws {@link ControlPlaneError} `invalid-options` for a base URL that is none */
export function createControlClient(options: ControlClientOptions): ControlClient {
  if (!URL.canParse(options.baseUrl))
    throw new ControlPlaneError(
      'invalid-options',
      `"${options.baseUrl}" is not a URL. Give the API's, like http://127.0.0.1:8000.`,
    )
  const transport: ApiTransport = {
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    fetch: options.fetch ?? ((...args) => fetch(...args)),
    timeoutMs: options.timeoutMs ?? 10_000,
  }
  const post = async (path: string, body: unknown, call: ClientCallOptions | undefined) => {
    const request: ApiRequest = { method: 'POST', path, body, signal: call?.signal }
    return (await sendRequest(transport, request)).body
  }
  const readControl = rememberingGet<ControlResponse>(transport, ControlResponse)
  const readParams = rememberingGet<ParamsResponse>(transport, ParamsResponse)
  const query = (ref: InstanceRef) => `${encodeURIComponent(ref.botId)}?account_type=${ref.accountType}`
  return {
    startSession: async (request, call) =>
      read(SessionStartResponse, await post('/session/start', request, call), '/session/start'),
    endSession: async (request, call) => {
      await post('/session/end', request, call)
    },
    heartbeat: async (heartbeat, call) => {
      await post('/heartbeat', heartbeat, call)
    },
    postTrades: async (trades, call) => {
      if (trades.length < 1 || trades.length > MAX_TRADES_PER_POST)
        throw new ControlPlaneError(
          'invalid-options',
          `A request takes 1 to ${MAX_TRADES_PER_POST} trades, not ${trades.length}. Split them.`,
        )
      return read(z.array(TradeRow), await post('/trade', trades, call), '/trade')
    },
    postPositions: async (request, call) => {
      await post('/positions', request, call)
    },
    postBars: async (request, call) => {
      await post('/bars', request, call)
    },
    getControl: (ref, call) => readControl(`/control/${query(ref)}`, call?.signal),
    getParams: (ref, call) => readParams(`/params/${query(ref)}`, call?.signal),
    getRepairs: async (ref, call) => {
      const path = `/repairs/${query(ref)}`
      const { body } = await sendRequest(transport, { method: 'GET', path, signal: call?.signal })
      return read(RepairsResponse, body, path).repairs.filter(({ status }) => status === 'waiting')
    },
    postRepairResult: async ({ botId, accountType }, repairId, result, call) => {
      const path = `/repairs/${encodeURIComponent(botId)}/${repairId}/result?account_type=${accountType}`
      read(Repair, await post(path, result, call), path)
    },
  }
}
