import { PartialResult } from './partial-result.ts'

/** A signal that ended, or shall end, a command. */
export interface Interrupt {
  /** Aborts at the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal
  /** Exit code that tells the shell of it; undefined before. */
  exitCode(): number | undefined
  /** Ends the command as a signal would, with an exit code of its own; later ends change nothing. `by` as people call it. */
  end(exitCode: number, by: string): void
  /** What a second signal leaves behind. */
  readonly partial: PartialResult
  /** Raw mode of the keyboard is on, in which Ctrl-C is a key and no signal; undefined: no more. */
  takeKeys(setRaw: ((isRaw: boolean) => void) | undefined): void
  /** Gives signals and Ctrl-C the effect that they have by themselves: they end the process at once. */
  letGo(): void
  /** Listens again after {@link letGo}; else nothing. */
  takeBack(): void
  /** Stops listening. */
  close(): void
}

/** Exit code after `--timeout`. */
export const TIMEOUT_CODE = 124

const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Why a command was ended early. */
class EarlyEnd extends DOMException {
  readonly by: string

  constructor(by: string) {
    super(`Ended by ${by}.`, 'AbortError')
    this.by = by
  }
}

/** Whether an error is the reason of a signal or of `--timeout`, and no failure. */
export function isEarlyEnd(error: unknown): boolean {
  return error instanceof EarlyEnd
}

/** What ended a command early, in a word: `Ctrl-C`, `SIGTERM`, `SIGHUP`, `--timeout`. */
export function endedBy({ reason }: AbortSignal): string {
  return reason instanceof EarlyEnd ? reason.by : 'Ctrl-C'
}

/** Turns the first signal into an abort, so that a command ends in order, and tells of each later one. */
export function watchInterrupts(onSecond: () => void): Interrupt {
  const controller = new AbortController()
  let code: number | undefined
  const end = (exitCode: number, by: string) => {
    code ??= exitCode
    controller.abort(new EarlyEnd(by))
  }
  const handlers = NAMES.map(name => {
    const handler = () => {
      if (code !== undefined) return onSecond()
      end(CODES[name], name === 'SIGINT' ? 'Ctrl-C' : name)
    }
    process.on(name, handler)
    return { name, handler }
  })
  return {
    signal: controller.signal,
    partial: new PartialResult(),
    exitCode: () => code,
    end,
    ...ownEffects(),
    close() {
      for (const { name, handler } of handlers) process.off(name, handler)
    },
  }
}

/** Signals have their own effect only while nobody at all listens: a loader may, too. */
function ownEffects(): Pick<Interrupt, 'takeKeys' | 'letGo' | 'takeBack'> {
  let setRaw: ((isRaw: boolean) => void) | undefined
  let listeners: (readonly [NodeJS.Signals, NodeJS.SignalsListener])[] = []
  return {
    takeKeys: given => (setRaw = given),
    letGo() {
      const found = NAMES.flatMap(name =>
        process.listeners(name).map(listener => [name, listener as NodeJS.SignalsListener] as const),
      )
      for (const name of NAMES) process.removeAllListeners(name)
      listeners = [...listeners, ...found]
      if (found.length > 0) setRaw?.(false)
    },
    takeBack() {
      if (listeners.length === 0) return
      for (const [name, listener] of listeners) process.on(name, listener)
      listeners = []
      setRaw?.(true)
    },
  }
}
