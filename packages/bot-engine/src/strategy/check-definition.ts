import { TIMEFRAMES } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Feeds } from './feeds.ts'
import { HANDLER_NAMES, nearestName, unknownField } from './known-names.ts'

const FIELDS: ReadonlySet<string> = new Set([
  'kind',
  'name',
  'description',
  'params',
  'feeds',
  'state',
  'migrateState',
  'protections',
  'create',
])
const NEEDED = ['feeds', 'create'] as const
const OPTIONAL = ['migrateState', 'protections'] as const
const FEED_FIELDS: ReadonlySet<string> = new Set(['timeframe', 'symbol', 'history'])
const HANDLERS: readonly string[] = HANDLER_NAMES

/**
 * Checks the shape of a definition: a compiler has seen it, but strategies also run uncompiled.
 *
 * @throws {@link EngineError} `invalid-options` with the field
 */
export function checkDefinition(definition: object): void {
  const fields = definition as Readonly<Record<string, unknown>>
  const { name, params, state } = fields
  if (typeof name !== 'string' || name === '')
    throw wrong('A strategy', `has the name ${JSON.stringify(name)}. Give it one: name: 'my-idea'.`)
  const what = `Strategy "${name}"`
  const unknown = unknownField(definition, FIELDS)
  if (unknown !== undefined) throw wrong(what, `${unknown} Correct the definition.`)
  if (!isSchema(params)) throw wrong(what, `has no params. Give it a schema: params: z.object({}).`)
  if (state !== undefined && !isSchema(state))
    throw wrong(what, 'has a state that is no schema. Give it one: state: z.object({ … }).')
  for (const field of NEEDED)
    if (typeof fields[field] !== 'function')
      throw wrong(what, `has ${kindOf(fields[field])} as ${field}. Make it a function: ${EXAMPLES[field]}.`)
  for (const field of OPTIONAL)
    if (fields[field] !== undefined && typeof fields[field] !== 'function')
      throw wrong(what, `has ${kindOf(fields[field])} as ${field}. Make it a function, or leave it out.`)
}

const EXAMPLES = {
  feeds: "feeds: () => ({ main: { timeframe: 'm15' } })",
  create: 'create: () => ({ onBar(bar, ctx) { … } })',
} as const

/** Checks the names and timeframes of feeds. @throws {@link EngineError} `invalid-options` */
export function checkFeeds(strategy: string, feeds: unknown): asserts feeds is Feeds {
  if (typeof feeds !== 'object' || feeds === null)
    throw wrong(
      `Strategy "${strategy}"`,
      `returned ${kindOf(feeds)} from feeds. Return an object: ${EXAMPLES.feeds}.`,
    )
  for (const [name, feed] of Object.entries(feeds)) {
    const what = `Feed "${name}" of "${strategy}"`
    if (typeof feed !== 'object' || feed === null)
      throw wrong(what, `is ${kindOf(feed)}. Write { timeframe: 'm15' }.`)
    const unknown = unknownField(feed, FEED_FIELDS)
    if (unknown !== undefined) throw wrong(what, unknown)
    const { timeframe } = feed as { timeframe?: unknown }
    if (!TIMEFRAMES.some(known => known === timeframe))
      throw wrong(what, `has the timeframe ${JSON.stringify(timeframe)}. ${timeframeAdvice(timeframe)}`)
  }
}

function timeframeAdvice(timeframe: unknown): string {
  // "15m" and "1h", as others write them.
  const turned = String(timeframe).replace(/^(\d+)([a-z])\w*$/i, '$2$1')
  const near = nearestName(turned.toLowerCase(), TIMEFRAMES)
  return near === undefined ? `Use one of ${TIMEFRAMES.join(', ')}.` : `Did you mean ${near}?`
}

/** Checks what `create` returned. @throws {@link EngineError} `invalid-options` */
export function checkHandlers(strategy: string, handlers: unknown, feedCount: number): void {
  const what = `Strategy "${strategy}"`
  if (typeof handlers !== 'object' || handlers === null)
    throw wrong(what, `returned ${kindOf(handlers)} from create. Return its handlers: ${EXAMPLES.create}.`)
  const given = handlers as Readonly<Record<string, unknown>>
  // Whatever else an object of handlers has is its own affair.
  for (const name in given)
    if (typeof given[name] === 'function' && !HANDLERS.includes(name) && isMeantAsHandler(name))
      throw wrong(what, `has a handler ${name}, which nothing calls. ${handlerAdvice(name)}`)
  for (const name of HANDLERS)
    if (given[name] !== undefined && typeof given[name] !== 'function')
      throw wrong(what, `has ${kindOf(given[name])} as ${name}. Make it a function, or leave it out.`)
  // Quotes may be all that it needs: policies take bars where there are any.
  const takesQuotes = given['onQuote'] !== undefined && given['wantsQuotes'] === undefined
  if (feedCount === 0 && given['onBar'] !== undefined && !takesQuotes)
    throw wrong(what, `has onBar and no feed, so that no bar ever closes. Name one: ${EXAMPLES.feeds}.`)
}

/** `onlyLong` and `once` are none. */
function isMeantAsHandler(name: string): boolean {
  return /^on[A-Z]/.test(name) || (/^on/i.test(name) && nearestName(name, HANDLERS) !== undefined)
}

function handlerAdvice(name: string): string {
  const near = /^ontick$/i.test(name) ? 'onQuote' : nearestName(name, HANDLERS)
  return near === undefined ? `Handlers are ${HANDLERS.join(', ')}.` : `Did you mean ${near}?`
}

function isSchema(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'safeParse' in value
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (value instanceof Promise) return 'a promise'
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object'
  return typeof value === 'function' ? 'a function' : JSON.stringify(value)
}

function wrong(what: string, problem: string): EngineError {
  return new EngineError('invalid-options', `${what} ${problem}`)
}
