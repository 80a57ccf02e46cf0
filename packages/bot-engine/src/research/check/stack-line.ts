import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A place in the code; naming it is slow, so it is done when asked for. */
export interface Place {
  /** As `strategies/fade.ts:19`; frames of Node itself are passed over. */
  line(): string | undefined
}

/** Where the caller of `below` stands. */
export function placeAbove(below: (...args: never[]) => unknown): Place {
  const holder: { stack?: string } = {}
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 10
  Error.captureStackTrace(holder, below)
  Error.stackTraceLimit = stackTraceLimit
  return { line: () => lineOf(holder.stack ?? '') }
}

/** First line of a stack that lies in a file. */
function lineOf(stack: string): string | undefined {
  for (const frame of stack.split('\n').slice(1)) {
    const [, place = ''] =
      /(?:\(|at (?:async )?)((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*:\d+):\d+\)?$/.exec(frame) ?? []
    if (place === '') continue
    const [, file = '', line = ''] = /^(.*):(\d+)$/.exec(place) ?? []
    const path = file.startsWith('file://')
      ? fileURLToPath(file.replace(/\?.*$/, ''))
      : file.replace(/\?.*$/, '')
    return `${relative(process.cwd(), path)}:${line}`
  }
  return undefined
}
