import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isEngineError } from '@openclaw-trading/bot-engine/statistics'

/** Where in the author's code a handler threw. */
export interface StrategyPlace {
  /** As one would type it. */
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A frame of a stack: a path or a file: URL, maybe with the version of a module that was read anew. */
const FRAME = /\(?((?:file:\/\/)?\/[^()\n]*?)(?:\?[\w=&-]+)?:(\d+):(\d+)\)?$/
/** Packages of the product, installed or in the repository, and Node itself. */
const FOREIGN = /node:|\/node_modules\/|\/packages\/[\w-]+\/(?:dist|src)\//

/** The first place in a strategy that the stack of a failed handler names. */
export function strategyPlace(error: unknown, cwd: string): StrategyPlace | undefined {
  if (!isEngineError(error, 'handler-failed') || !(error.cause instanceof Error)) return undefined
  return placeInStack(error.cause.stack ?? '', cwd)
}

/** The first place in code of the author; stacks are mapped to the sources already. */
export function placeInStack(stack: string, cwd: string): StrategyPlace | undefined {
  for (const text of stack.split('\n')) {
    const [, path, line, column] = /^\s+at /.test(text) && !FOREIGN.test(text) ? (FRAME.exec(text) ?? []) : []
    if (path === undefined) continue
    const file = path.startsWith('file:') ? fileURLToPath(path) : path
    const shown = relative(cwd, file)
    return { file: shown.startsWith('..') ? file : shown, line: Number(line), column: Number(column) }
  }
  return undefined
}
