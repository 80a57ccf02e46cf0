import type { MiddlewareHandler } from 'hono'
import { ServerError } from '../errors.ts'

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Tells whether a Host header names this machine.
 *
 * Without it a web page could rebind its own name to 127.0.0.1 and read the API of a server that has no login.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false
  const match = /^(\[[0-9a-f:]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(host)
  return LOOPBACK.has(match?.[1]?.toLowerCase() ?? '')
}

/** Tells whether a changing request comes from our own page or from a program, not from another site's page. */
export function isOwnOrigin(
  origin: string | undefined,
  fetchSite: string | undefined,
  host: string,
): boolean {
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') return false
  if (origin === undefined) return true
  return origin.toLowerCase() === `http://${host.toLowerCase()}`
}

/** Refuses requests under another host name, and changes asked by another site's page. */
export function hostCheck(): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('Host')
    if (host === undefined || !isLoopbackHost(host))
      throw new ServerError(
        'origin-not-allowed',
        `This server answers to 127.0.0.1 and localhost only, not to "${(host ?? '').slice(0, 100)}". Open it under http://127.0.0.1.`,
      )
    if (
      !SAFE_METHODS.has(context.req.method) &&
      !isOwnOrigin(context.req.header('Origin'), context.req.header('Sec-Fetch-Site'), host)
    )
      throw new ServerError(
        'origin-not-allowed',
        'Another site asked for this change. Make it in the dashboard itself.',
      )
    await next()
  }
}
