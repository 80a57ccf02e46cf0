import { closeSync, openSync, writeSync } from 'node:fs'
import { devNull } from 'node:os'
import type { KeptLoop } from './endless-handler.ts'
import type { GlobalOptions } from './global-options.ts'
import { type Interrupt, TIMEOUT_CODE } from './interrupt.ts'
import { endedInJson } from './output.ts'

/** The command that a handler may hold up. */
export interface HeldUp {
  readonly interrupt: Interrupt
  /** A result is still owed on stdout as JSON. */
  owesJson(): boolean
  /** Ends the process at once. */
  exit(code: number): void
}

/** What is told and done while a handler keeps a command from hearing of signals and `--timeout`. */
export async function whileHeldUp(
  { quiet, timeoutMs }: GlobalOptions,
  { interrupt, owesJson, exit }: HeldUp,
): Promise<Omit<KeptLoop, 'cwd'>> {
  const { partial } = interrupt
  const toJson = owesJson() && timeoutMs !== undefined ? await endedInJson() : undefined
  // At once: a stream leaves work to the event loop, which `claw check` would count as the strategy's.
  const tell = (text: string) => void writeSync(2, text)
  let isTold = false
  return {
    timeoutMs,
    onStill(place, seconds) {
      interrupt.letGo()
      if (quiet || isTold) return
      isTold = true
      const kept = partial.safe ?? 'Nothing of the run is kept then.'
      // In one piece: who reads the first line may send the signal before there is a second.
      tell(
        `  ⚠ ${place} has run for ${seconds} s without giving way: a loop without an end?\n` +
          `    While it does, Ctrl-C ends claw at once; one from before does not count. ${kept}\n`,
      )
    },
    onAlive() {
      isTold = false
      interrupt.takeBack()
    },
    onTimeout(place, seconds) {
      const why = `Ended by --timeout: ${place} has run for ${seconds} s without giving way.`
      tell(`  ✘ ${why} ${partial.abandon()}\n`)
      if (toJson !== undefined && owesJson()) writeSync(1, toJson(why, TIMEOUT_CODE))
      // Node would tell there that it waits for a debugger to disconnect, which our thread is to it.
      closeSync(2)
      openSync(devNull, 'w')
      exit(TIMEOUT_CODE)
    },
  }
}
