import { createRoute, z } from '@hono/zod-openapi'
import type { ApiParts } from '../parts.ts'
import { createRouter, jsonAnswer } from '../router.ts'

const Readiness = z.object({
  status: z.enum(['ready', 'degraded']),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
})

const live = createRoute({
  method: 'get',
  path: '/livez',
  operationId: 'getLiveness',
  summary: 'The process answers.',
  responses: { 200: jsonAnswer('It lives.', z.object({ status: z.literal('ok') })) },
})

const ready = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'getReadiness',
  summary: 'Each part the server needs, by name.',
  responses: {
    200: jsonAnswer('All parts work.', Readiness),
    503: jsonAnswer('Some part does not.', Readiness),
  },
})

/** Routes for those who watch the server. */
export function healthRoutes(parts: ApiParts) {
  return createRouter()
    .openapi(live, context => context.json({ status: 'ok' } as const, 200))
    .openapi(ready, async context => {
      const database = await parts.database.ping().then(
        () => ({ name: 'database', ok: true, detail: '' }),
        () => ({ name: 'database', ok: false, detail: 'The database does not answer.' }),
      )
      const checks = [database, ...parts.health()]
      const ok = checks.every(check => check.ok)
      return ok
        ? context.json({ status: 'ready' as const, checks }, 200)
        : context.json({ status: 'degraded' as const, checks }, 503)
    })
}
