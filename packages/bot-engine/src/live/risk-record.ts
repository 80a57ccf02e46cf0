import { z } from 'zod'
import { EngineError } from '../errors.ts'
import { MAX_STATE_LENGTH } from '../kernel/strategy-memory.ts'

/** Name of the record in what a store keeps, beside the fields of the strategy's state. */
export const RECORD_FIELD = '$risk'

const Record = z.object({
  /** Market time up to which it knows. */
  at: z.number().positive(),
  /** The UTC day: when it ends, and the equity it began with, in minor units. */
  day: z.object({ endsAt: z.number(), startMinor: z.number() }),
  protections: z.array(z.object({ name: z.string(), memory: z.unknown() })),
  /** Deals that were counted, with their times, and up to when all were. */
  deals: z.array(z.tuple([z.int(), z.number()])),
  allUpTo: z.number(),
})

/** What limits and protections must not forget when a process ends. */
export type RiskRecord = z.infer<typeof Record>

/** What a store had. */
export interface Stored {
  /** Of the strategy; `undefined` when there is none. */
  readonly state: unknown
  readonly record: RiskRecord | undefined
  /** Why there is no record. */
  readonly problem: string | undefined
}

/** Takes apart what a store had; a record that cannot be read is none. */
export function splitStored(stored: unknown): Stored {
  if (stored === undefined || stored === null || typeof stored !== 'object' || Array.isArray(stored))
    return { state: stored, record: undefined, problem: 'there is none' }
  const { [RECORD_FIELD]: written, ...state } = stored as { readonly [RECORD_FIELD]?: unknown }
  const isStateless = written !== undefined && Object.keys(state).length === 0
  const { data, error } = Record.safeParse(written)
  const problem =
    written === undefined ? 'there is none' : error && `it is damaged: ${z.prettifyError(error)}`
  return { state: isStateless ? undefined : state, record: data, problem }
}

/**
 * What a store is to keep: the strategy's state as JSON, and the record.
 *
 * @throws {@link EngineError} `state-invalid` when the record is too long
 */
export function joinStored(stateText: string | undefined, record: RiskRecord | undefined): string {
  const state = stateText ?? '{}'
  if (record === undefined) return state
  const text = JSON.stringify(record)
  if (text.length > MAX_STATE_LENGTH)
    throw new EngineError(
      'state-invalid',
      `What the protections remember is ${text.length} characters long, the most is ${MAX_STATE_LENGTH}. Shorten their windows.`,
      { details: { length: text.length } },
    )
  return `${state.slice(0, -1)}${state === '{}' ? '' : ','}"${RECORD_FIELD}":${text}}`
}
