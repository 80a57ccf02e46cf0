import { createRoute, z } from '@hono/zod-openapi'
import { positionStore } from '@openclaw-trading/control-plane'
import { BarsRequest, BotId, PositionsRequest } from '@openclaw-trading/control-plane/client'
import type { ApiParts } from '../parts.ts'
import { AccountQuery, accountTypeOf, createRouter, jsonAnswer, jsonBody, problemAnswer } from '../router.ts'
import { BotDetail } from '../schemas/dashboard.ts'

const Done = z.object({ ok: z.literal(true) })

const replace = createRoute({
  method: 'post',
  path: '/positions',
  operationId: 'replacePositions',
  summary: 'The complete list of open positions as their bot sees them.',
  request: { body: jsonBody(PositionsRequest) },
  responses: { 200: jsonAnswer('Stored.', Done), default: problemAnswer },
})

const list = createRoute({
  method: 'get',
  path: '/positions',
  operationId: 'listPositions',
  summary: 'Open positions of an instance.',
  request: { query: AccountQuery.extend({ botId: BotId }) },
  responses: {
    200: jsonAnswer('Open.', z.object({ positions: BotDetail.shape.positions })),
    default: problemAnswer,
  },
})

const bars = createRoute({
  method: 'post',
  path: '/bars',
  operationId: 'postBars',
  summary: 'Bars and the last quote of the main feed, for the chart; kept in memory only.',
  request: { body: jsonBody(BarsRequest) },
  responses: { 200: jsonAnswer('Taken.', Done), default: problemAnswer },
})

/** Routes of open positions and of the chart's bars. */
export function positionRoutes(parts: ApiParts) {
  return createRouter()
    .openapi(replace, async context => {
      const request = context.req.valid('json')
      const stored = await positionStore.replace(parts.database, request)
      const { botId, accountType } = request
      parts.ring.publish({ type: 'positions', botId, accountType, positions: stored.map(shown) })
      return context.json({ ok: true } as const, 200)
    })
    .openapi(list, async context => {
      const query = context.req.valid('query')
      parts.registry.get(query.botId)
      const ref = { botId: query.botId, accountType: accountTypeOf(query) }
      return context.json({ positions: (await positionStore.list(parts.database, ref)).map(shown) }, 200)
    })
    .openapi(bars, context => {
      const post = context.req.valid('json')
      parts.registry.get(post.botId)
      parts.fleet.barsPosted(post)
      return context.json({ ok: true } as const, 200)
    })
}

/** A stored position as the dashboard sees it. */
export function shown({
  environmentId: _environmentId,
  ...position
}: BotDetail['positions'][number] & { environmentId: number }) {
  return position
}
