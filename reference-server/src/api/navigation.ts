import type { HonoRequest } from 'hono'

/** Tells whether a person goes to a page, rather than a program reading data. */
export function isNavigation(request: Pick<HonoRequest, 'method' | 'header'>): boolean {
  if (request.method !== 'GET') return false
  const destination = request.header('Sec-Fetch-Dest')
  if (destination !== undefined) return destination === 'document'
  return (request.header('Accept') ?? '').toLowerCase().includes('text/html')
}
