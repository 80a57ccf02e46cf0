import { paramsStore } from '@openclaw-trading/control-plane'
import { type InstanceRef, ParamsRequest, ParamsResponse } from '@openclaw-trading/control-plane/client'
import { ServerError } from '../../errors.ts'
import { checkParams } from '../../strategies/check-params.ts'
import { entityTag, notModified } from '../entity-tag.ts'
import type { ApiParts } from '../parts.ts'
import { createRouter } from '../router.ts'
import { instanceOf, readOfInstance, writeOfInstance } from './instance-route.ts'

const read = readOfInstance({
  path: '/params/{botId}',
  operationId: 'getParams',
  summary: 'The parameters in force, with the layer of each value.',
  answer: { description: 'In force.', schema: ParamsResponse },
})

const write = writeOfInstance({
  path: '/params/{botId}',
  operationId: 'writeParams',
  summary: 'Writes a new version; a running bot takes it at its next start.',
  body: ParamsRequest,
  answer: { description: 'The new version.', schema: ParamsResponse },
})

/** Routes of parameters. */
export function paramsRoutes(parts: ApiParts) {
  return createRouter()
    .openapi(read, async context => {
      const ref = instanceOf(context.req.valid('param'), context.req.valid('query'))
      const answer = await currentParams(parts, ref)
      const tag = entityTag('p', answer.version)
      context.header('ETag', tag)
      return notModified(context, tag) ? context.body(null, 304) : context.json(answer, 200)
    })
    .openapi(write, async context => {
      const ref = instanceOf(context.req.valid('param'), context.req.valid('query'))
      const { params, reason } = context.req.valid('json')
      checkParams(parts.registry.get(ref.botId), params)
      await requireParams(parts, ref)
      await paramsStore.write(parts.database, ref, { params, author: 'operator', reason })
      return context.json(await currentParams(parts, ref), 200)
    })
}

async function currentParams(parts: ApiParts, ref: InstanceRef): Promise<ParamsResponse> {
  const stored = await requireParams(parts, ref)
  const { effective, layers } = checkParams(parts.registry.get(ref.botId), stored.params)
  return { ...stored, params: effective, layers }
}

async function requireParams(parts: ApiParts, ref: InstanceRef) {
  // Asked first, so that an unknown bot is named as such.
  parts.registry.get(ref.botId)
  const stored = await paramsStore.current(parts.database, ref)
  if (stored === null)
    throw new ServerError(
      'unknown-bot',
      `${ref.botId} has no ${ref.accountType} instance. See /dashboard/data for those there are.`,
    )
  return stored
}
