import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CommandContext } from '../command.ts'
import type { BacktestArguments } from '../commands/backtest.ts'
import { loadStrategyFile } from '../project/strategies.ts'
import { renderError } from '../render-error.ts'
import { prepareRun } from '../research/prepare.ts'
import { exitCodeOf, isDebug } from '../server.ts'
import { tellRun } from './run-backtest.ts'

/** Editors write a file in several steps, some of them by way of another file. */
const SETTLE_MS = 30

/**
 * Runs a strategy, and again whenever its file is saved, until q or Ctrl-C. A mistake is told and waits for the next
 * save; saves during a run make one more run.
 *
 * Only the file of the strategy is read anew: what it imports is as it was.
 */
export async function watchBacktest(given: BacktestArguments, context: CommandContext): Promise<number> {
  const { terminal, interrupt } = context
  // Each save would leave a folder, and the checks take longer than the run.
  const asked: BacktestArguments = { ...given, report: false, check: false }
  const first = await prepareRun(asked.strategy, asked, context)
  const file = fileURLToPath(first.source.url)
  const saves = watchFile(file)
  const keys = watchKeys()
  const ended = () => interrupt.signal.aborted || keys.pressed()
  const wake = () => saves.wake()
  interrupt.signal.addEventListener('abort', wake)
  keys.onQuit(wake)
  try {
    await attempt(context, () => tellRun(asked, context, first))
    for (let version = 1; !ended(); version++) {
      terminal.err(`  watching ${first.source.path} · q ends\n`)
      await saves.next()
      if (ended()) break
      await attempt(context, async () => {
        const source = await loadStrategyFile(file, terminal.cwd, version)
        return tellRun(asked, context, await prepareRun(asked.strategy, asked, context, source))
      })
    }
  } finally {
    saves.close()
    keys.close()
  }
  interrupt.signal.throwIfAborted()
  return 0
}

async function attempt({ terminal, interrupt }: CommandContext, run: () => Promise<number>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (interrupt.signal.aborted) return
    terminal.err(renderError(error, { debug: isDebug(terminal.env['DEBUG']), exitCodeOf }).text)
  }
}

/** Tells of saves of a file; those while nobody waits are one. */
function watchFile(file: string): { next(): Promise<void>; wake(): void; close(): void } {
  let pending = false
  let waiting: (() => void) | undefined
  let settling: NodeJS.Timeout | undefined
  const wake = () => {
    if (waiting === undefined) pending = true
    waiting?.()
    waiting = undefined
  }
  // The folder, because many editors put a new file into the place of the old one.
  const watcher = watch(dirname(file), (_event, name) => {
    if (name !== basename(file)) return
    clearTimeout(settling)
    settling = setTimeout(wake, SETTLE_MS)
  })
  return {
    next() {
      if (!pending) return new Promise(resolve => (waiting = resolve))
      pending = false
      return Promise.resolve()
    },
    wake,
    close() {
      clearTimeout(settling)
      watcher.close()
    },
  }
}

/** The key q, where there is a keyboard. */
function watchKeys(): { pressed(): boolean; onQuit(listener: () => void): void; close(): void } {
  const { stdin } = process
  let isPressed = false
  let listener: (() => void) | undefined
  if (!stdin.isTTY) return { pressed: () => false, onQuit: () => {}, close: () => {} }
  const onKey = (keys: Buffer) => {
    // In raw mode the terminal makes no signal of Ctrl-C.
    if (keys.includes(3)) process.kill(process.pid, 'SIGINT')
    if (keys.toString() !== 'q') return
    isPressed = true
    listener?.()
  }
  stdin.setRawMode(true)
  stdin.on('data', onKey)
  return {
    pressed: () => isPressed,
    onQuit: wanted => (listener = wanted),
    close() {
      stdin.off('data', onKey)
      stdin.setRawMode(false)
      stdin.pause()
    },
  }
}
