import { isEngineError } from '@openclaw-trading/bot-engine/statistics'
import { CliError, isCliError, type JsonResult } from './errors.ts'
import { namedFailure } from './write-failure.ts'

/** What came of keeping something. */
export interface Kept<Value> {
  readonly value?: Value
  /** The place cannot be written. */
  readonly failure?: CliError
}

/** Keeps something of a result; where its place cannot be written the result is to be told all the same. */
export async function keep<Value>(work: () => Value | Promise<Value>): Promise<Kept<Value>> {
  try {
    return { value: await work() }
  } catch (error) {
    const failure = asUnwritable(error)
    if (failure === undefined) throw error
    return { failure }
  }
}

/** A failure to write, in the words of the command line; `undefined`: it is another. */
export function asUnwritable(error: unknown): CliError | undefined {
  const named = namedFailure(error)
  if (isCliError(named)) return named.code === 'not-writable' ? named : undefined
  if (!isEngineError(error, 'not-writable')) return undefined
  return new CliError('not-writable', wordsOf(error), { cause: error })
}

/** The failure that a command ends with once its result has been told. */
export function unkept(failure: CliError, result: JsonResult): CliError {
  return new CliError(
    failure.code,
    `${wordsOf(failure)} What was found has been told, and is not kept there.`,
    {
      cause: failure,
      result,
    },
  )
}

const wordsOf = ({ message }: Error): string => message.replace(/^\[[a-z-]+\] /, '')
