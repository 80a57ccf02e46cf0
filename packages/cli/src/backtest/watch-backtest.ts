import { fileURLToPath } from 'node:url'
import { localModules } from '@openclaw-trading/bot-engine/research'
import type { CommandContext } from '../command.ts'
import type { Interrupt } from '../interrupt.ts'
import { jsonFailure } from '../output.ts'
import { loadStrategyFile } from '../project/strategies.ts'
import { renderError } from '../render-error.ts'
import { renderingOf } from '../rendering.ts'
import { prepareRun } from '../research/prepare.ts'
import { FileWatch } from './file-watch.ts'
import { type BacktestArguments, checkProfile, tellRun } from './run-backtest.ts'

/**
 * Runs a strategy, and again whenever its file or one that it imports from the project is saved, until q or Ctrl-C. A
 * mistake is told and waits for the next save; saves during a run make one more run.
 */
export async function watchBacktest(given: BacktestArguments, context: CommandContext): Promise<number> {
  const { terminal, interrupt } = context
  checkProfile(given, context)
  // Each save would leave a folder, and the checks take longer than the run.
  const asked: BacktestArguments = { ...given, report: false, check: false }
  const first = await prepareRun(asked.strategy, asked, context)
  const file = fileURLToPath(first.source.url)
  const saves = new FileWatch()
  saves.watch(watchedFiles(file))
  const keys = watchKeys(interrupt)
  const ended = () => interrupt.signal.aborted || keys.pressed()
  const wake = () => saves.wake()
  interrupt.signal.addEventListener('abort', wake)
  keys.onQuit(wake)
  try {
    await attempt(asked, context, () => tellRun(asked, context, first))
    for (let version = 1; !ended(); version++) {
      terminal.err(`  watching ${first.source.path}${othersText(file)} · q ends\n`)
      await saves.next()
      if (ended()) break
      saves.watch(watchedFiles(file))
      await attempt(asked, context, async () => {
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

/** The module, what it imports from the project, and where an import that is missing may appear. */
function watchedFiles(file: string): readonly string[] {
  const { files, missing } = localModules(file)
  return [...files, ...missing]
}

function othersText(file: string): string {
  const others = localModules(file).files.length - 1
  return others === 0 ? '' : ` and ${others} ${others === 1 ? 'file' : 'files'} that it imports`
}

async function attempt(
  { json }: BacktestArguments,
  { terminal, interrupt }: CommandContext,
  run: () => Promise<number>,
): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (interrupt.signal.aborted) return
    const rendering = renderingOf(terminal, terminal.verbose !== undefined)
    const { text, exitCode } = renderError(error, rendering)
    terminal.err(text)
    if (json) terminal.out(await jsonFailure(error, exitCode, rendering))
  }
}

/** The key q, where there is a keyboard. */
function watchKeys({ takeKeys }: Interrupt): {
  pressed(): boolean
  onQuit(listener: () => void): void
  close(): void
} {
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
  takeKeys(isRaw => stdin.setRawMode(isRaw))
  stdin.on('data', onKey)
  return {
    pressed: () => isPressed,
    onQuit: wanted => (listener = wanted),
    close() {
      stdin.off('data', onKey)
      takeKeys(undefined)
      stdin.setRawMode(false)
      stdin.pause()
    },
  }
}
