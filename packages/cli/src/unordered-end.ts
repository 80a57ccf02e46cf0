import { writeSync } from 'node:fs'
import { CliError } from './errors.ts'
import { loadThatWaits } from './project/module-loads.ts'
import { renderError } from './render-error.ts'

/**
 * Tells of an end of the process that no command ordered. Code that a command loads can call `process.exit`, or wait for
 * what never comes, and Node ends a process in which nothing can happen any more: neither may pass for a success.
 *
 * @returns what ends the process with an exit code, as ordered
 */
export function watchEnd(args: readonly string[], end: (code: number) => never = process.exit) {
  let isOrdered = false
  // Where code ends the process, it has not come to its end by itself.
  let isIdle = false
  process.on('beforeExit', () => {
    isIdle = true
  })
  process.on('exit', () => {
    if (isOrdered) return
    const { out, err, exitCode } = unorderedEnd(args, isIdle)
    process.exitCode = exitCode
    writeAtOnce(2, err)
    writeAtOnce(1, out)
  })
  return (code: number): never => {
    isOrdered = true
    return end(code)
  }
}

/** At the end of a process nothing else arrives. What fails is lost: thrown, it would go to the code that ends the process. */
function writeAtOnce(fd: number, text: string): void {
  try {
    if (text !== '') writeSync(fd, text)
  } catch {
    // Nobody is left to tell.
  }
}

/** What is said then. @param isIdle - Nobody ended the process: nothing could happen in it any more. */
export function unorderedEnd(args: readonly string[], isIdle: boolean) {
  const hint =
    'Take process.exit out of the strategy and what it imports, and what it awaits outside its handlers.'
  const waits = isIdle ? loadThatWaits(process.cwd()) : undefined
  const why =
    waits === undefined
      ? 'code that was loaded ended it, or waits for what never comes'
      : `it came to its end while ${waits}, and nothing is left to happen`
  const detail = `The process was ended before there was a result: ${why}. ${hint}`
  const { text, exitCode } = renderError(new CliError('strategy-invalid', detail), { debug: false })
  const isJson = args.some(word => word === '--json' || word === '--json=stream')
  const error = {
    code: 'strategy-invalid',
    title: 'Code that was loaded ended the process.',
    hint,
    docs: 'claw explain strategy-invalid',
    detail,
    exit: exitCode,
  }
  const out = isJson ? `${JSON.stringify({ schema: 'claw.error/1', ok: false, error })}\n` : ''
  return { out, err: text, exitCode }
}
