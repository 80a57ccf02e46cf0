import { randomBytes, timingSafeEqual } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isSimulatorError, SimulatorError } from '../errors.ts'
import type { Logger } from '../options.ts'
import type { SimulatorControl } from './control.ts'
import { runOrder } from './orders.ts'

/** Longest body of an order to the control port. */
export const MAX_ORDER_BYTES = 65_536

/** How to reach a control port; belongs into a file that only its owner can read. */
export interface ControlAddress {
  readonly url: string
  /** Every request carries it as `authorization: Bearer …`. */
  readonly token: string
}

/** A control port that listens. */
export interface ControlServer {
  readonly address: ControlAddress
  close(): Promise<void>
}

/**
 * Lets another process on this machine control a venue, over HTTP on the loopback address alone.
 *
 * @throws {@link SimulatorError} `listen-failed`
 */
export async function startControlServer(control: SimulatorControl, logger: Logger): Promise<ControlServer> {
  const token = randomBytes(32).toString('base64url')
  const server = createServer((request, response) => void answer(request, response, control, token, logger))
  server.requestTimeout = 10_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause =>
      reject(
        new SimulatorError('listen-failed', `No control port (${cause.message}). Try again.`, { cause }),
      ),
    )
    server.listen({ host: '127.0.0.1', port: 0 }, resolve)
  })
  server.unref()
  const { port } = server.address() as AddressInfo
  return { address: { url: `http://127.0.0.1:${port}`, token }, close: () => closed(server) }
}

/** Writes the address of a control port for its owner alone. @throws {@link SimulatorError} `state-unavailable` */
export function writeControlFile(file: string, address: ControlAddress): void {
  try {
    // A file that is there keeps its own permissions, and whoever has it open would read the token.
    rmSync(file, { force: true })
    writeFileSync(file, `${JSON.stringify(address, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    throw new SimulatorError(
      'state-unavailable',
      `${file} cannot be written. Check the path and its permissions.`,
      { cause, details: { file } },
    )
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  control: SimulatorControl,
  token: string,
  logger: Logger,
): Promise<void> {
  const reply = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    response.end(JSON.stringify(body))
  }
  try {
    // A page in a browser has no token; and what it could send without one is refused before it is read.
    if (!isAllowed(request.headers.authorization, token))
      return reply(401, { error: 'The token is missing or wrong. Read it from the control file.' })
    if (request.method !== 'POST' || request.url !== '/') return reply(404, { error: 'POST / takes orders.' })
    const result = runOrder(control, JSON.parse(await bodyOf(request)))
    reply(200, { result: result ?? null })
  } catch (error) {
    const isTheirs = isSimulatorError(error) || error instanceof SyntaxError
    if (!isTheirs) logger.error({ reason: String(error) }, 'control failed')
    reply(isTheirs ? 400 : 500, { error: error instanceof Error ? error.message : String(error) })
  }
}

function isAllowed(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_ORDER_BYTES)
      throw new SimulatorError(
        'invalid-options',
        `An order is longer than ${MAX_ORDER_BYTES} bytes. Shorten it.`,
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
