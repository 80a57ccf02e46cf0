import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isLoopback, codeFrom } from '../oauth/authorize-url.ts'
import type { Secret } from '../oauth/secret.ts'
import { CTraderError, isCTraderError } from '../errors.ts'
import { codeOf } from './durable-file.ts'

/** What to wait for. */
export interface CallbackOptions {
  /** On this machine, with a port, e.g. `http://127.0.0.1:8719/callback`; registered with the application to the letter. */
  readonly redirectUri: string
  /** What the authorise address carried. */
  readonly state: string
  /** Wall time to wait. Default and most: 120,000. */
  readonly timeoutMs?: number
  /** Gives up. */
  readonly signal?: AbortSignal
}

/** A listener for the answer to one login. */
export interface CallbackListener {
  /** The code of the first good answer; rejects at the end of the time, when access is refused, and on close. */
  readonly code: Promise<Secret>
  /** Stops listening. */
  close(): Promise<void>
}

/** An open door to this machine: no longer than a person needs to allow access. */
const MAX_TIMEOUT_MS = 120_000
/** Longest address that is looked at. */
const MAX_ADDRESS = 4096
/** Bad answers taken before giving up: whoever knocks this often is no browser. */
const MAX_BAD_ANSWERS = 100

/**
 * Listens on this machine for the one answer to one login, and stops after it.
 *
 * The broker does not send `state` back: an answer that carries another one is refused, one without is taken only once,
 * on the exact path and host, as a page that a browser opened, and within the time.
 *
 * @throws CTraderError `listen-failed`, `invalid-argument`
 */
export async function listenForCode(options: CallbackOptions): Promise<CallbackListener> {
  const target = targetOf(options.redirectUri)
  const timeoutMs = Math.min(options.timeoutMs ?? MAX_TIMEOUT_MS, MAX_TIMEOUT_MS)
  let resolve: (code: Secret) => void = () => {}
  let reject: (reason: unknown) => void = () => {}
  const code = new Promise<Secret>((onCode, onFailure) => {
    resolve = onCode
    reject = onFailure
  })
  // Whoever closes before asking must not see an unhandled rejection.
  code.catch(() => {})
  let bad = 0
  let taken = false
  const server = createServer({ maxHeaderSize: 16_384 }, (request, response) => {
    try {
      if (taken) throw noAnswer(target)
      resolve(codeOfRequest(request, target, options.state))
      taken = true
      answer(response, 200, 'Access granted. Close this page and return to the terminal.')
    } catch (error) {
      const isRefusal =
        isCTraderError(error, 'token-invalid') && error.details.serverCode === 'ACCESS_NOT_GRANTED'
      answer(
        response,
        isRefusal ? 200 : 400,
        isRefusal ? 'Access was refused.' : 'This is no answer to a login.',
      )
      bad += 1
      if (isRefusal || bad >= MAX_BAD_ANSWERS) reject(error)
    }
  })
  await listen(server, target)
  const timer = setTimeout(() => reject(timedOut(timeoutMs)), timeoutMs)
  const onAbort = (): void => reject(options.signal?.reason)
  options.signal?.addEventListener('abort', onAbort, { once: true })
  if (options.signal?.aborted === true) onAbort()
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', onAbort)
    reject(new DOMException('The listener was closed.', 'AbortError'))
    closed ??= new Promise(done => {
      server.close(() => done())
      server.closeIdleConnections()
    })
    return closed
  }
  code.then(close, close).catch(() => {})
  return { code, close }
}

function targetOf(redirectUri: string): URL {
  const url = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined
  if (
    url?.protocol === 'http:' &&
    isLoopback(url.hostname) &&
    url.port !== '' &&
    url.search === '' &&
    url.hash === ''
  )
    return url
  throw new CTraderError(
    'invalid-argument',
    'The redirect address is not one on this machine with a port. Use one like http://127.0.0.1:8719/callback, or paste the code.',
    { path: 'redirectUri', expected: 'http://127.0.0.1:<port>/<path>' },
  )
}

async function listen(server: Server, { hostname, port }: URL): Promise<void> {
  const host = hostname === '[::1]' ? '::1' : hostname
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause =>
      reject(
        new CTraderError(
          'listen-failed',
          `The answer to the login cannot be received on ${host}:${port} (${codeOf(cause) ?? cause.message}). End the program that has the port, or paste the code: --paste.`,
          { host, port: Number(port) },
          { cause },
        ),
      ),
    )
    server.listen({ host, port: Number(port) }, resolve)
  })
}

function codeOfRequest(request: IncomingMessage, target: URL, state: string): Secret {
  const { method, url = '', headers } = request
  const asks =
    url.length <= MAX_ADDRESS && URL.canParse(url, target.origin) ? new URL(url, target.origin) : undefined
  const isNavigation = ['navigate', undefined].includes(single(headers['sec-fetch-mode']))
  if (
    asks === undefined ||
    method !== 'GET' ||
    !url.startsWith('/') ||
    asks.origin !== target.origin ||
    asks.pathname !== target.pathname ||
    // Another name for this machine would let a foreign page answer (DNS rebinding).
    headers.host !== target.host ||
    !isNavigation
  )
    throw noAnswer(target)
  return codeFrom(asks.searchParams, state)
}

function noAnswer({ pathname }: URL): CTraderError<'invalid-argument'> {
  return new CTraderError('invalid-argument', 'This is no answer to a login. Start the login again.', {
    path: 'request',
    expected: `GET ${pathname}?code=…`,
  })
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  })
  response.end(`${text}\n`)
}

function timedOut(timeoutMs: number): CTraderError<'request-timeout'> {
  return new CTraderError(
    'request-timeout',
    `Nobody allowed access within ${timeoutMs / 1000} s. Start the login again.`,
    { method: 'login', timeoutMs, delivery: 'not-sent' },
  )
}
