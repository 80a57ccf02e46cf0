import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { hostCheck } from './host-check.ts'
import { isNavigation } from './navigation.ts'
import { createPages } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { problemFrom, problemOf, sendProblem } from './problem.ts'
import { controlRoutes } from './routes/control.ts'
import { dashboardRoutes } from './routes/dashboard.ts'
import { healthRoutes } from './routes/health.ts'
import { paramsRoutes } from './routes/params.ts'
import { positionRoutes } from './routes/positions.ts'
import { repairRoutes } from './routes/repairs.ts'
import { sessionRoutes } from './routes/session.ts'
import { tradeRoutes } from './routes/trades.ts'
import { securityHeaders } from './security-headers.ts'
import { VERSION } from '../version.ts'

/** Largest body taken: a batch of 500 trades has about 300 kB. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024

/** The typed routes, without pages and middleware. */
export function createRoutes(parts: ApiParts) {
  return new OpenAPIHono()
    .route('/', healthRoutes(parts))
    .route('/', paramsRoutes(parts))
    .route('/', controlRoutes(parts))
    .route('/', repairRoutes(parts))
    .route('/', sessionRoutes(parts))
    .route('/', tradeRoutes(parts))
    .route('/', positionRoutes(parts))
    .route('/', dashboardRoutes(parts))
}

/** Type of the API, for `hc<AppType>()`. */
export type AppType = ReturnType<typeof createRoutes>

/** The OpenAPI document of the routes. */
export function openApiDocument(routes: AppType) {
  return routes.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'OpenClaw Trading',
      version: VERSION,
      description:
        'Times are milliseconds since 1970-01-01 UTC, volumes lots, prices decimal, money in minor units.',
    },
    servers: [{ url: '/' }, { url: '/api/v1' }],
  })
}

/** Builds the complete HTTP application: checks, API (also under /api/v1), dashboard. */
export function createApp(parts: ApiParts): OpenAPIHono {
  const app = new OpenAPIHono()
  const routes = createRoutes(parts)
  const document = openApiDocument(routes)
  const pages = createPages(parts.dashboardDir)

  app.use(securityHeaders())
  app.use(hostCheck())
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }))
  // Before the routes: a page whose path is also a route of the API goes to the browser that navigates to it.
  app.use(async (context, next) => {
    const { method, path } = context.req
    // The API has nothing at "/", so curl gets the page there too.
    const home = path === '/' && (method === 'GET' || method === 'HEAD')
    if (home || (isNavigation(context.req) && pages.isPage(path))) return pages.page()
    await next()
    return undefined
  })
  app.get('/openapi.json', context => context.json(document))
  app.get('/api/v1/openapi.json', context => context.json(document))
  app.route('/', routes)
  app.route('/api/v1', routes)
  app.get('/assets/*', context => pages.asset(context.req.path))

  app.notFound(context => {
    if (isNavigation(context.req)) return pages.page()
    const { method, path } = context.req
    return sendProblem(context, problemOf('not-found', `There is no ${method} ${path}. See /openapi.json.`))
  })
  app.onError((error, context) => {
    const problem = problemFrom(error)
    if (problem.status === 500) parts.logger.error({ error, path: context.req.path }, 'request failed')
    return sendProblem(context, problem)
  })
  return app
}

function tooLarge(): never {
  throw new HTTPException(413, {
    message: `The body is larger than ${MAX_BODY_BYTES} bytes. Send smaller batches.`,
  })
}
