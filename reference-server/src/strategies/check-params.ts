import { asSentence, type Issue, ServerError } from '../errors.ts'
import { nearestWord } from './nearest.ts'
import { paramsSchemaOf } from './registry.ts'
import type { StrategyEntry } from './strategy-entry.ts'

/** Parameters as the strategy will see them, and where each value came from. */
export interface CheckedParams {
  readonly effective: Record<string, unknown>
  readonly layers: Record<string, 'default' | 'params'>
}

/**
 * Checks parameters against the strategy's schema and fills in its defaults.
 *
 * @throws {@link ServerError} `invalid-params` with every problem at once, unknown names included
 */
export function checkParams(entry: StrategyEntry, params: Readonly<Record<string, unknown>>): CheckedParams {
  const known = Object.keys(Object(paramsSchemaOf(entry)['properties']))
  const issues: Issue[] = Object.keys(params)
    .filter(name => !known.includes(name))
    .map(name => {
      const near = nearestWord(name, known)
      return {
        path: name,
        message: `is not a parameter of ${entry.botId}.${near ? ` Did you mean ${near}?` : ''}`,
      }
    })
  const parsed = entry.strategy.params.safeParse(params)
  if (!parsed.success)
    for (const issue of parsed.error.issues)
      issues.push({ path: issue.path.map(String).join('.'), message: issue.message })
  if (!parsed.success || issues.length > 0) throw refused(entry, issues)
  const effective: Record<string, unknown> = { ...Object(parsed.data) }
  const layers = Object.fromEntries(
    Object.keys(effective).map(name => [
      name,
      Object.hasOwn(params, name) ? ('params' as const) : ('default' as const),
    ]),
  )
  return { effective, layers }
}

function refused(entry: StrategyEntry, issues: readonly Issue[]): ServerError {
  const list = issues
    .map(issue => `${issue.path === '' ? 'parameters' : issue.path}: ${issue.message}`)
    .join('; ')
  return new ServerError(
    'invalid-params',
    `Parameters of ${entry.botId} are outside its schema: ${asSentence(list)} Nothing was changed; paramsSchema of the bot lists what is allowed.`,
    { issues },
  )
}
