import { OpenAPIHono, z } from '@hono/zod-openapi'
import { AccountType, BotId, Problem } from '@openclaw-trading/control-plane/client'
import { asSentence, type Issue } from '../errors.ts'
import { problemOf, sendProblem } from './problem.ts'

/** A group of routes whose schema violations are answered as problems that list every field. */
export function createRouter() {
  return new OpenAPIHono({
    defaultHook: (result, context) => {
      if (result.success) return undefined
      const issues = result.error.issues.flatMap(issue => issuesOf(issue))
      const list = issues.map(issue =>
        issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`,
      )
      return sendProblem(
        context,
        problemOf('invalid-payload', `${asSentence(list.join('; '))} See /openapi.json.`, issues),
      )
    },
  })
}

type ZodIssue = z.core.$ZodIssue

/** Of a union the problems of the one choice whose kind fits (list or object), so that each names its field. */
function issuesOf(issue: ZodIssue, prefix: readonly PropertyKey[] = []): Issue[] {
  const path = [...prefix, ...issue.path]
  const fitting =
    issue.code === 'invalid_union'
      ? issue.errors.filter(
          choice => !choice.some(inner => inner.code === 'invalid_type' && inner.path.length === 0),
        )
      : []
  if (fitting.length === 1 && fitting[0] !== undefined)
    return fitting[0].flatMap(inner => issuesOf(inner, path))
  return [{ path: path.map(String).join('.'), message: issue.message }]
}

/** A JSON body that must be there: without `required` a request with no body would skip its schema. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) =>
  ({ required: true, content: { 'application/json': { schema } } }) as const

/** A JSON answer. */
export const jsonAnswer = <Schema extends z.ZodType>(description: string, schema: Schema) =>
  ({ description, content: { 'application/json': { schema } } }) as const

/** Every error answer. */
export const problemAnswer = {
  description: 'A problem (RFC 9457).',
  content: { 'application/problem+json': { schema: Problem } },
} as const

/** `{botId}` in a path. */
export const BotParam = z.object({ botId: BotId })

/** `account_type` or `accountType`; demo when neither is given. */
export const AccountQuery = z.object({
  account_type: AccountType.optional(),
  accountType: AccountType.optional(),
})

/** The account type a query names. */
export function accountTypeOf(query: z.output<typeof AccountQuery>): AccountType {
  return query.account_type ?? query.accountType ?? 'demo'
}
