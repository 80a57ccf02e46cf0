import { PartialResult } from './partial-result.ts'

/** A signal that ended, or shall end, a command. */
export interface Interrupt {
  /** Aborts at the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal
  /** Exit code that tells the shell of it; undefined before. */
  exitCode(): number | undefined
  /** What a second signal leaves behind. */
  readonly partial: PartialResult
  /** Stops listening. */
  close(): void
}

const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** Turns the first signal into an abort, so that a command ends in order, and tells of each later one. */
export function watchInterrupts(onSecond: () => void): Interrupt {
  const controller = new AbortController()
  let code: number | undefined
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(name => {
    const handler = () => {
      if (code !== undefined) return onSecond()
      code = CODES[name]
      controller.abort(new DOMException(`Ended by ${name}.`, 'AbortError'))
    }
    process.on(name, handler)
    return { name, handler }
  })
  return {
    signal: controller.signal,
    partial: new PartialResult(),
    exitCode: () => code,
    close() {
      for (const { name, handler } of handlers) process.off(name, handler)
    },
  }
}
