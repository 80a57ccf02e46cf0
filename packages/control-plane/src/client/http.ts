import { CONTROL_PLANE_ERROR_CODES, ControlPlaneError, type ControlPlaneErrorCode } from '../errors.ts'
import { Problem } from './contracts.ts'

/** A request to the API. */
export interface ApiRequest {
  /** Of HTTP. */
  readonly method: 'GET' | 'POST'
  /** Below the base URL, with query. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** For `If-None-Match`. */
  readonly etag?: string | undefined
  /** Of the caller. */
  readonly signal?: AbortSignal | undefined
}

/** What came back. */
export interface ApiAnswer {
  /** Null for 204 and 304. */
  readonly body: unknown
  /** The remembered value is still right. */
  readonly notModified: boolean
  /** Of the answer. */
  readonly etag: string | null
}

/** How requests are sent. */
export interface ApiTransport {
  readonly baseUrl: string
  readonly fetch: typeof fetch
  readonly timeoutMs: number
}

function isKnownCode(code: string): code is ControlPlaneErrorCode {
  return (CONTROL_PLANE_ERROR_CODES as readonly string[]).includes(code)
}

async function refusal(request: ApiRequest, response: Response): Promise<ControlPlaneError> {
  const parsed = Problem.safeParse(await response.json().catch(() => null))
  const retryable = response.status >= 500 || response.status === 429 || response.status === 408
  const where = `${request.method} ${request.path}`
  if (!parsed.success)
    return new ControlPlaneError(
      'request-failed',
      `${where} was answered with ${response.status} ${response.statusText}. Check that the base URL is that of the API.`,
      { retryable, details: { status: response.status } },
    )
  const { code, detail, issues } = parsed.data
  return new ControlPlaneError(isKnownCode(code) ? code : 'request-failed', `${where}: ${detail}`, {
    retryable,
    details: { status: response.status, code, ...(issues === undefined ? {} : { issues }) },
  })
}

/**
 * Sends one request. An abort by the caller is thrown as the signal's own reason.
 * @throws {@link ControlPlaneError} the answer's code when it is known, else `request-failed`; retryable for 5xx, 408, 429, no
 * connection and time-out
 */
export async function sendRequest(transport: ApiTransport, request: ApiRequest): Promise<ApiAnswer> {
  const { signal } = request
  signal?.throwIfAborted()
  const timeout = AbortSignal.timeout(transport.timeoutMs)
  let response: Response
  try {
    response = await transport.fetch(`${transport.baseUrl}${request.path}`, {
      method: request.method,
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      headers: {
        accept: 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(request.etag === undefined ? {} : { 'if-none-match': request.etag }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    })
    if (response.status === 304) {
      await response.body?.cancel()
      return { body: null, notModified: true, etag: response.headers.get('etag') }
    }
    if (!response.ok) throw await refusal(request, response)
    const text = await response.text()
    return {
      body: text === '' ? null : parseBody(text, request),
      notModified: false,
      etag: response.headers.get('etag'),
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (error instanceof ControlPlaneError) throw error
    const reason = timeout.aborted ? `no answer within ${transport.timeoutMs} ms` : describe(error)
    throw new ControlPlaneError(
      'request-failed',
      `${request.method} ${transport.baseUrl}${request.path} failed: ${reason}. Check that the API runs and can be reached.`,
      { cause: error, retryable: true },
    )
  }
}

function parseBody(text: string, request: ApiRequest): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ControlPlaneError(
      'invalid-payload',
      `The answer to ${request.method} ${request.path} is not JSON. Check that the base URL is that of the API.`,
      { cause: error },
    )
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // fetch says only "fetch failed"; its cause says why.
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
