import { createRoute, z } from '@hono/zod-openapi'
import { ControlPlaneError, paramsStore, positionStore, repairStore } from '@openclaw-trading/control-plane'
import {
  type InstanceRef,
  Repair,
  RepairRequest,
  RepairResult,
  RepairsResponse,
  type RepairWork,
} from '@openclaw-trading/control-plane/client'
import { checkParams } from '../../strategies/check-params.ts'
import type { ApiParts } from '../parts.ts'
import { AccountQuery, BotParam, createRouter, jsonAnswer, jsonBody, problemAnswer } from '../router.ts'
import { instanceOf } from './instance-route.ts'

const RepairParam = BotParam.extend({
  repairId: z.coerce.number().pipe(z.int().positive()).openapi({ type: 'integer' }),
})

const list = createRoute({
  method: 'get',
  path: '/repairs/{botId}',
  operationId: 'listRepairs',
  summary: 'Repairs of what a bot has kept: those that wait for its next start, then the newest 20 others.',
  request: { params: BotParam, query: AccountQuery },
  responses: { 200: jsonAnswer('Repairs.', RepairsResponse), default: problemAnswer },
})

// Idempotency-Key comes with sign-in; the same repair asked for again is the one that waits.
const ask = createRoute({
  method: 'post',
  path: '/repairs/{botId}',
  operationId: 'askRepair',
  summary:
    'Asks for a reset of the state, the release of a protection or the outcome of an order; a stopped bot does it at its next start.',
  request: { params: BotParam, query: AccountQuery, body: jsonBody(RepairRequest) },
  responses: { 200: jsonAnswer('Waits.', Repair), default: problemAnswer },
})

const withdraw = createRoute({
  method: 'post',
  path: '/repairs/{botId}/{repairId}/withdraw',
  operationId: 'withdrawRepair',
  summary: 'Takes a repair back that still waits.',
  request: { params: RepairParam, query: AccountQuery },
  responses: { 200: jsonAnswer('Taken back.', Repair), default: problemAnswer },
})

const result = createRoute({
  method: 'post',
  path: '/repairs/{botId}/{repairId}/result',
  operationId: 'postRepairResult',
  summary: 'What came of a repair, from the process that did it.',
  request: { params: RepairParam, query: AccountQuery, body: jsonBody(RepairResult) },
  responses: { 200: jsonAnswer('Stored.', Repair), default: problemAnswer },
})

/** Routes of repairs: what a person may have done to what a stopped bot has kept. */
export function repairRoutes(parts: ApiParts) {
  const { database } = parts
  const known = (param: z.output<typeof BotParam>, query: z.output<typeof AccountQuery>) => {
    parts.registry.get(param.botId)
    return instanceOf(param, query)
  }
  return createRouter()
    .openapi(list, async context => {
      const ref = known(context.req.valid('param'), context.req.valid('query'))
      return context.json({ repairs: [...(await repairStore.list(database, ref))] }, 200)
    })
    .openapi(ask, async context => {
      const ref = known(context.req.valid('param'), context.req.valid('query'))
      const { reason, ...asked } = context.req.valid('json')
      const work = await checkedWork(parts, ref, asked)
      return context.json(await repairStore.ask(database, ref, { work, reason, askedBy: 'operator' }), 200)
    })
    .openapi(withdraw, async context => {
      const param = context.req.valid('param')
      const ref = known(param, context.req.valid('query'))
      return context.json(await repairStore.withdraw(database, ref, param.repairId, 'operator'), 200)
    })
    .openapi(result, async context => {
      const param = context.req.valid('param')
      const ref = known(param, context.req.valid('query'))
      const told = context.req.valid('json')
      return context.json(await repairStore.resolve(database, ref, param.repairId, told), 200)
    })
}

type Asked =
  | RepairWork
  | (Omit<Extract<RepairWork, { action: 'release-protection' }>, 'ordinal'> & {
      ordinal?: number | undefined
    })

/** What can be seen to be wrong here is refused at once; the rest only the bot can know. */
async function checkedWork(parts: ApiParts, ref: InstanceRef, asked: Asked): Promise<RepairWork> {
  if (asked.action === 'reset-state') await checkReset(parts, ref)
  if (asked.action !== 'release-protection') return asked
  return { ...asked, ordinal: await checkedOrdinal(parts, ref, asked) }
}

async function checkReset({ database, registry }: ApiParts, ref: InstanceRef): Promise<void> {
  if (registry.get(ref.botId).strategy.state === undefined)
    throw new ControlPlaneError(
      'conflict',
      `${ref.botId} keeps no state: there is nothing to reset. A protection is released by its name.`,
    )
  const positions = await positionStore.list(database, ref)
  if (positions.length === 0) return
  const ids = positions.map(({ positionId }) => positionId).join(', ')
  throw new ControlPlaneError(
    'conflict',
    `${ref.botId}/${ref.accountType} holds positions ${ids}: a strategy that has forgotten them leaves them to nobody, or opens them again. Close them first, or let it run until it is flat.`,
  )
}

/** Which of the protections that the strategy states with the parameters in force. */
async function checkedOrdinal(
  { database, registry }: ApiParts,
  ref: InstanceRef,
  { protection, ordinal }: { readonly protection: string; readonly ordinal?: number | undefined },
): Promise<number> {
  const entry = registry.get(ref.botId)
  const stored = await paramsStore.current(database, ref)
  const { effective } = checkParams(entry, stored?.params ?? {})
  const names = (entry.strategy.protections?.(effective) ?? []).map(({ name }) => name)
  const count = names.filter(name => name === protection).length
  if (count === 0)
    throw new ControlPlaneError(
      'invalid-payload',
      `${ref.botId} states no protection "${protection}". It has: ${[...new Set(names)].join(', ') || 'none'}.`,
    )
  if (ordinal === undefined && count > 1)
    throw new ControlPlaneError(
      'invalid-payload',
      `${ref.botId} states ${count} protections "${protection}". Say which with "ordinal", 1 to ${count}.`,
    )
  if ((ordinal ?? 1) <= count) return ordinal ?? 1
  throw new ControlPlaneError(
    'invalid-payload',
    `${ref.botId} states ${count} protection(s) "${protection}", there is no number ${ordinal}.`,
  )
}
