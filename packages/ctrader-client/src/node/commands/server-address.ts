import { readFile } from 'node:fs/promises'
import { type AnyCTraderError, CTraderError, isCTraderError } from '../../errors.ts'
import { isLoopback } from '../../oauth/authorize-url.ts'
import type { ConnectOptions, ServerAddress } from '../../options.ts'
import { unavailable } from '../durable-file.ts'

type Environment = ConnectOptions['environment']

/** Without TLS: only to this machine, where nobody listens in. */
const PLAIN = 'tcp://'

/**
 * The brokers' servers by name, or a server of one's own.
 *
 * @param ca - The certificate to trust there, as PEM.
 * @throws CTraderError `invalid-argument`
 */
export function readEnvironment(text: string, ca: string | undefined): Environment {
  if (text === 'demo' || text === 'live') return text
  const isPlain = text.startsWith(PLAIN)
  const [, host, digits] = /^(.+):(\d{1,5})$/.exec(isPlain ? text.slice(PLAIN.length) : text) ?? []
  if (host === undefined || host.includes('/'))
    throw wrong(
      'environment',
      `"${text}" is no environment.`,
      `demo, live, host:port or ${PLAIN}127.0.0.1:port`,
    )
  const port = Number(digits)
  if (!isPlain) return { host, port, ...(ca === undefined ? {} : { ca }) }
  if (isLoopback(host)) return { host, port, tls: false }
  throw wrong('environment', `${host} is not this machine, so that it needs TLS.`, `${host}:${port}`)
}

/**
 * Reads a certificate to trust: a PEM file, or the connection file of a simulator, which has it among other things.
 *
 * @throws CTraderError `state-unavailable`, `state-damaged` when it has none
 */
export async function readCertificate(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unavailable(path, 'read', cause)
  })
  if (!text.trimStart().startsWith('{')) return text
  const { ca, host, port } = connectionOf(text)
  if (typeof ca === 'string') return ca
  const advice =
    typeof host === 'string' && typeof port === 'number'
      ? `The simulator that wrote it has no TLS: set CTRADER_ENVIRONMENT=${PLAIN}${host}:${port} and leave CTRADER_CA_FILE out.`
      : 'Set CTRADER_CA_FILE to a PEM file, or to the file of ctrader-simulator --connection-file.'
  throw new CTraderError('state-damaged', `${path} has no certificate. ${advice}`, { path })
}

function connectionOf(text: string): Readonly<Partial<Record<'ca' | 'host' | 'port', unknown>>> {
  try {
    return JSON.parse(text) as object
  } catch {
    return {}
  }
}

/** Says of a server of one's own that cannot be reached which setting may be wrong. */
export function withSettings(error: unknown, environment: Environment): unknown {
  if (typeof environment === 'string' || !isCTraderError(error, 'connection-lost')) return error
  const advice = adviceFor(error, environment)
  if (advice === undefined) return error
  // Its own words without the code in front, which the new error puts there again.
  const said = error.message.replace(/^\[[\w-]+\] /, '')
  return new CTraderError('connection-lost', `${said} ${advice}`, error.details, { cause: error })
}

function adviceFor(error: AnyCTraderError, { host, port, tls = true }: ServerAddress): string | undefined {
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'ECONNREFUSED') return undefined
  if (!tls) return `It may want TLS: set CTRADER_ENVIRONMENT=${host}:${port} and CTRADER_CA_FILE.`
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code))
    return 'Here that is the setting CTRADER_CA_FILE: a PEM file, or the file of ctrader-simulator --connection-file.'
  if (!isLoopback(host)) return undefined
  return `A simulator without TLS (--plain) is reached with CTRADER_ENVIRONMENT=${PLAIN}${host}:${port}.`
}

/** A setting or an option that cannot be. */
export function wrong(path: string, what: string, expected: string): CTraderError<'invalid-argument'> {
  return new CTraderError('invalid-argument', `${what} Allowed: ${expected}.`, { path, expected })
}
