import type { z } from 'zod'

/** What a strategy remembers across restarts: a plain object that it changes in place. */
export type StrategyState = Record<string, unknown>

/** Schema of a state: an object whose fields all have defaults; `undefined` for a strategy without one. */
export type StateSchema = z.ZodObject | undefined

/** The state that a schema describes. */
export type StateOf<S extends StateSchema> = S extends z.ZodType ? z.output<S> : undefined
