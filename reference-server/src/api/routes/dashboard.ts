import { createRoute, z } from '@hono/zod-openapi'
import { AccountType, ActualStatus, BotId, ControlStatus } from '@openclaw-trading/control-plane/client'
import type { ApiParts } from '../parts.ts'
import { createRouter, jsonAnswer, problemAnswer } from '../router.ts'
import { BotDetail, DashboardData } from '../schemas/dashboard.ts'

const HubStateAnswer = z.object({
  holder: z.string().nullable(),
  epoch: z.int(),
  lastPassAt: z.int().nullable(),
  queue: z.string(),
  instances: z.array(
    z.object({
      botId: z.string(),
      accountType: AccountType,
      desired: ControlStatus,
      actual: ActualStatus,
      generation: z.int(),
      observedGeneration: z.int(),
      epoch: z.int(),
      host: z.string().nullable(),
      pid: z.int().nullable(),
      restartCount: z.int(),
      nextRetryAt: z.int().nullable(),
      /** Why it is not what it should be; empty when all is well. */
      reason: z.string(),
    }),
  ),
})

const data = createRoute({
  method: 'get',
  path: '/dashboard/data',
  operationId: 'getDashboardData',
  summary: 'One snapshot of all lanes, merged with the state of the hub.',
  responses: { 200: jsonAnswer('The floor.', DashboardData), default: problemAnswer },
})

const bot = createRoute({
  method: 'get',
  path: '/bots/{botId}/{accountType}',
  operationId: 'getBot',
  summary: 'Everything the page of a bot needs at first. A browser navigation gets the page itself.',
  request: { params: z.object({ botId: BotId, accountType: AccountType }) },
  responses: { 200: jsonAnswer('The bot.', BotDetail), default: problemAnswer },
})

const events = createRoute({
  method: 'get',
  path: '/events',
  operationId: 'streamEvents',
  summary: 'Server-sent events; resumes with Last-Event-ID.',
  request: {
    headers: z.object({
      'Last-Event-ID': z
        .string()
        .optional()
        .describe('Id of the last event seen; a browser sends it itself.'),
    }),
    query: z.object({
      lastEventId: z.string().optional().describe('The same, for readers that cannot set a header.'),
    }),
  },
  responses: {
    200: {
      description: 'A stream of StreamMessage.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    default: problemAnswer,
  },
})

const hub = createRoute({
  method: 'get',
  path: '/hub/state',
  operationId: 'getHubState',
  summary: 'Who runs what, where, and why not.',
  responses: { 200: jsonAnswer('The hub.', HubStateAnswer), default: problemAnswer },
})

/** Routes the dashboard reads. */
export function dashboardRoutes(parts: ApiParts) {
  return createRouter()
    .openapi(data, async context => context.json(await parts.fleet.dashboardData(parts.hubState()), 200))
    .openapi(bot, async context => context.json(await parts.fleet.botDetail(context.req.valid('param')), 200))
    .openapi(events, context => parts.stream.serve(context))
    .openapi(hub, async context => {
      const instances = await parts.fleet.hubInstances()
      return context.json({ ...parts.hubState(), instances }, 200)
    })
}
