import { createRoute, z } from '@hono/zod-openapi'
import { sessionStore } from '@openclaw-trading/control-plane'
import {
  Heartbeat,
  SessionEndRequest,
  SessionStartRequest,
  SessionStartResponse,
} from '@openclaw-trading/control-plane/client'
import type { ApiParts } from '../parts.ts'
import { createRouter, jsonAnswer, jsonBody, problemAnswer } from '../router.ts'

/** Answer of a post that only reports. */
const Done = z.object({ ok: z.literal(true) })

const start = createRoute({
  method: 'post',
  path: '/session/start',
  operationId: 'startSession',
  summary: 'Opens a session, after account login and reconcile at the broker.',
  request: { body: jsonBody(SessionStartRequest) },
  responses: { 200: jsonAnswer('Opened.', SessionStartResponse), default: problemAnswer },
})

const end = createRoute({
  method: 'post',
  path: '/session/end',
  operationId: 'endSession',
  summary: 'Closes a session with its status.',
  request: { body: jsonBody(SessionEndRequest) },
  responses: { 200: jsonAnswer('Closed.', Done), default: problemAnswer },
})

const heartbeat = createRoute({
  method: 'post',
  path: '/heartbeat',
  operationId: 'postHeartbeat',
  summary: 'A sign of life with what the bot knows of itself.',
  request: { body: jsonBody(Heartbeat) },
  responses: { 200: jsonAnswer('Taken.', Done), default: problemAnswer },
})

/** Routes of sessions and their signs of life. */
export function sessionRoutes(parts: ApiParts) {
  return createRouter()
    .openapi(start, async context =>
      context.json(await sessionStore.start(parts.database, context.req.valid('json')), 200),
    )
    .openapi(end, async context => {
      const request = context.req.valid('json')
      await sessionStore.end(parts.database, request)
      // Data that ended also changed the desire.
      parts.desireChanged()
      return context.json({ ok: true } as const, 200)
    })
    .openapi(heartbeat, async context => {
      await parts.fleet.heartbeatPosted(context.req.valid('json'))
      return context.json({ ok: true } as const, 200)
    })
}
