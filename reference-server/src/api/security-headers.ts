import type { MiddlewareHandler } from 'hono'

// No inline script anywhere: what the page runs is what the build produced. The hash is of the
// one style element that the chart library inserts.
const POLICY = [
  "default-src 'self'",
  "style-src 'self' 'sha256-3pRED1tOXas1FXFoPb9TGCjmYe9XQsmO9OV23khV2nY='",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

/** Headers that bind a browser: only our own scripts, no frame, no guessing of types. */
export function securityHeaders(): MiddlewareHandler {
  return async (context, next) => {
    await next()
    const headers = context.res.headers
    headers.set('Content-Security-Policy', POLICY)
    headers.set('X-Content-Type-Options', 'nosniff')
    headers.set('Referrer-Policy', 'no-referrer')
    headers.set('Cross-Origin-Opener-Policy', 'same-origin')
    headers.set('Cross-Origin-Resource-Policy', 'same-origin')
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
  }
}
