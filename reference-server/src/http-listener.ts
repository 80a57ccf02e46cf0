import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { problemOf } from './api/problem.ts'
import { ServerError } from './errors.ts'

/** The HTTP server; it listens before the rest is built, so that a taken port is known at once. */
export interface HttpListener {
  readonly port: number
  /** Hands requests to the application; before, each is answered 503. */
  serve(fetch: (request: Request) => Response | Promise<Response>): void
  /** Stops taking requests, lets those under way finish, then cuts what is left. */
  close(): Promise<void>
}

/** Requests under way get this long before their connections are cut. */
const DRAIN_MS = 2000

/** Starts to listen. @throws {@link ServerError} `port-taken` */
export async function listenHttp(options: {
  readonly host: string
  readonly port: number
}): Promise<HttpListener> {
  let handler: (request: Request) => Response | Promise<Response> = starting
  const server = createAdaptorServer({
    fetch: (request: Request) => handler(request),
    hostname: options.host,
  }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => reject(listenError(options, cause)))
    server.listen({ host: options.host, port: options.port }, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    serve(fetch) {
      handler = fetch
    },
    close: () => closeServer(server),
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
  await closed
  clearTimeout(cut)
}

function starting(): Response {
  const problem = {
    ...problemOf('database-unavailable', 'The server is starting.'),
    title: 'Starting',
    code: 'starting',
  }
  return new Response(JSON.stringify({ ...problem, type: 'urn:openclaw-trading:problem:starting' }), {
    status: 503,
    headers: { 'Content-Type': 'application/problem+json', 'Retry-After': '1' },
  })
}

function listenError(options: { readonly host: string; readonly port: number }, cause: Error): ServerError {
  const code = 'code' in cause ? String(cause.code) : cause.message
  const where = `${options.host}:${options.port}`
  if (code === 'EADDRINUSE')
    return new ServerError(
      'port-taken',
      `Another program listens on ${where}. Stop it, or choose another port: --port ${options.port + 1} (or PORT=${options.port + 1}).`,
      { cause },
    )
  if (code === 'EACCES')
    return new ServerError(
      'port-taken',
      `This user may not listen on ${where}. Choose a port above 1023: --port 8000.`,
      { cause },
    )
  return new ServerError(
    'port-taken',
    `Listening on ${where} failed (${code}). Choose another port with --port.`,
    { cause },
  )
}
