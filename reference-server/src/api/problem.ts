import type { Problem } from '@openclaw-trading/control-plane/client'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { errorCode } from '../exit-codes.ts'
import { type Issue, isServerError } from '../errors.ts'

interface Kind {
  readonly status: ContentfulStatusCode
  readonly title: string
}

/** The one table from error codes to HTTP; a code that is not in it is our bug: 500 without details. */
export const PROBLEMS: Readonly<Record<string, Kind>> = {
  'invalid-payload': { status: 400, title: 'The request does not match its schema' },
  'origin-not-allowed': { status: 403, title: 'Not allowed from there' },
  'not-found': { status: 404, title: 'Not found' },
  'unknown-bot': { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict' },
  'already-exists': { status: 409, title: 'Already exists' },
  fenced: { status: 409, title: 'A newer owner exists' },
  'payload-too-large': { status: 413, title: 'Too large' },
  'unsupported-media-type': { status: 415, title: 'Send application/json' },
  'invalid-params': { status: 422, title: 'Parameters outside their schema' },
  'internal-error': { status: 500, title: 'Unexpected error' },
  'too-many-streams': { status: 503, title: 'Too many streams' },
  'schema-outdated': { status: 503, title: 'The database needs a migration' },
  'database-unavailable': { status: 503, title: 'The database does not answer' },
  'not-built': { status: 503, title: 'Not built' },
}

/** Makes the body of an error answer. */
export function problemOf(code: string, detail: string, issues?: readonly Issue[]): Problem {
  const kind = PROBLEMS[code] ?? { status: 500, title: 'Unexpected error' }
  return {
    type: `urn:openclaw-trading:problem:${code}`,
    title: kind.title,
    status: kind.status,
    detail,
    code,
    ...(issues !== undefined && issues.length > 0 ? { issues: issues.map(issue => ({ ...issue })) } : {}),
  }
}

/** Translates anything thrown into the body of an error answer; nothing internal leaks into it. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof HTTPException) return fromHttpException(error)
  const code = errorCode(error)
  if (code === undefined || PROBLEMS[code] === undefined || !(error instanceof Error))
    return problemOf('internal-error', 'The server met an unexpected error; its log says more.')
  // The code stands in its own field; people need not read it twice.
  const detail = error.message.replace(/^\[[a-z-]+\] /, '')
  return problemOf(code, detail, isServerError(error) ? error.issues : undefined)
}

/** Answers with a problem. */
export function sendProblem(context: Context, problem: Problem): Response {
  return context.body(JSON.stringify(problem), problem.status as ContentfulStatusCode, {
    'Content-Type': 'application/problem+json',
    ...(problem.status === 503 ? { 'Retry-After': '2' } : {}),
  })
}

function fromHttpException(error: HTTPException): Problem {
  switch (error.status) {
    case 400:
      return problemOf('invalid-payload', error.message || 'The body is not JSON.')
    case 413:
      return problemOf('payload-too-large', error.message || 'The body is too large.')
    case 415:
      return problemOf('unsupported-media-type', 'Send the body with Content-Type: application/json.')
    default:
      return problemOf('internal-error', 'The server met an unexpected error; its log says more.')
  }
}
