import {
  type Control,
  type ControlChange,
  controlStore,
  paramsStore,
  toControlResponse,
} from '@openclaw-trading/control-plane'
import { ControlRequest, ControlResponse, type InstanceRef } from '@openclaw-trading/control-plane/client'
import { ServerError } from '../../errors.ts'
import { entityTag, notModified } from '../entity-tag.ts'
import type { ApiParts } from '../parts.ts'
import { createRouter } from '../router.ts'
import { instanceOf, readOfInstance, writeOfInstance } from './instance-route.ts'

const read = readOfInstance({
  path: '/control/{botId}',
  operationId: 'getControl',
  summary: 'What the operator wants of an instance.',
  answer: { description: 'Wanted.', schema: ControlResponse },
})

// If-Match with the generation and Idempotency-Key come with sign-in.
const write = writeOfInstance({
  path: '/control/{botId}',
  operationId: 'setControl',
  summary: 'Changes what is wanted; the hub makes it true.',
  body: ControlRequest,
  answer: { description: 'Wanted from now on.', schema: ControlResponse },
})

/** Routes of desire: start, pause, stop. */
export function controlRoutes(parts: ApiParts) {
  return createRouter()
    .openapi(read, async context => {
      const ref = instanceOf(context.req.valid('param'), context.req.valid('query'))
      parts.registry.get(ref.botId)
      const control = await controlStore.get(parts.database, ref)
      if (control === null)
        throw new ServerError(
          'unknown-bot',
          `${ref.botId} has no ${ref.accountType} instance. See /dashboard/data for those there are.`,
        )
      const tag = entityTag('c', control.generation, control.epoch)
      context.header('ETag', tag)
      return notModified(context, tag)
        ? context.body(null, 304)
        : context.json(toControlResponse(control), 200)
    })
    .openapi(write, async context => {
      const ref = instanceOf(context.req.valid('param'), context.req.valid('query'))
      const { status, reason, lotSize, quoteFilter } = context.req.valid('json')
      parts.registry.get(ref.botId)
      const change = { status, reason, updatedBy: 'operator', lotSize, quoteFilter }
      const control = (await isFirstStart(parts, ref))
        ? await firstStart(parts, ref, change)
        : await controlStore.set(parts.database, ref, change)
      parts.desireChanged()
      return context.json(toControlResponse(control), 200)
    })
}

/** On live, no instance comes to be by a request. */
async function isFirstStart(parts: ApiParts, ref: InstanceRef): Promise<boolean> {
  return ref.accountType === 'demo' && (await controlStore.get(parts.database, ref)) === null
}

/** The first start out of the backlog makes the instance, with the strategy's own parameters. */
async function firstStart(parts: ApiParts, ref: InstanceRef, change: ControlChange): Promise<Control> {
  if ((await paramsStore.current(parts.database, ref)) === null)
    await paramsStore.write(parts.database, ref, {
      params: { ...parts.registry.get(ref.botId).demoParams },
      author: 'operator',
      reason: 'defaults, at the first start',
    })
  return controlStore.ensure(parts.database, ref, change)
}
