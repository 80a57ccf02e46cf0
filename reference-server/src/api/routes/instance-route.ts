import { createRoute, type z } from '@hono/zod-openapi'
import type { InstanceRef } from '@openclaw-trading/control-plane/client'
import { AccountQuery, accountTypeOf, BotParam, jsonAnswer, jsonBody, problemAnswer } from '../router.ts'

/** What a route of one instance is called, and its answer with a word on it. */
interface InstanceRoute<Path extends string, Answer extends z.ZodType> {
  /** With `{botId}`. */
  readonly path: Path
  readonly operationId: string
  readonly summary: string
  readonly answer: { readonly description: string; readonly schema: Answer }
}

/** Reads something of an instance, with an ETag. */
export function readOfInstance<Path extends string, Answer extends z.ZodType>({
  answer,
  ...route
}: InstanceRoute<Path, Answer>) {
  return createRoute({
    ...route,
    method: 'get',
    request: { params: BotParam, query: AccountQuery },
    responses: {
      200: jsonAnswer(answer.description, answer.schema),
      304: { description: 'Unchanged.' },
      default: problemAnswer,
    },
  })
}

/** Writes something of an instance. */
export function writeOfInstance<Path extends string, Answer extends z.ZodType, Body extends z.ZodType>({
  answer,
  body,
  ...route
}: InstanceRoute<Path, Answer> & { readonly body: Body }) {
  return createRoute({
    ...route,
    method: 'put',
    request: { params: BotParam, query: AccountQuery, body: jsonBody(body) },
    responses: { 200: jsonAnswer(answer.description, answer.schema), default: problemAnswer },
  })
}

/** The instance that a request names. */
export function instanceOf(
  { botId }: z.output<typeof BotParam>,
  query: z.output<typeof AccountQuery>,
): InstanceRef {
  return { botId, accountType: accountTypeOf(query) }
}
