#!/usr/bin/env node
// The command `ctrader-simulator`: starts a venue, tells how to reach it, and ends it in order.
import { announce, parseCommand } from './command.ts'
import { runControlCommand } from './control/control-command.ts'
import { startControlServer, writeControlFile } from './control/control-server.ts'
import { isSimulatorError } from './errors.ts'
import { type Logger, SILENT } from './options.ts'
import { type LiveSimulator, type ReplaySimulator, type Simulator, startSimulator } from './simulator.ts'

/** Exit codes of the project that this command uses. */
const EXIT = {
  bug: 1,
  usage: 2,
  unavailable: 9,
  data: 10,
  conflict: 11,
  interrupt: 130,
  terminate: 143,
} as const

function exitCodeOf(error: unknown): number {
  if (isSimulatorError(error, 'listen-failed')) return EXIT.conflict
  if (isSimulatorError(error, 'invalid-options')) return EXIT.usage
  if (isSimulatorError(error, 'state-damaged')) return EXIT.data
  if (isSimulatorError(error)) return EXIT.unavailable
  return error instanceof Error && error.name === 'EngineError' ? EXIT.data : EXIT.bug
}

/** Known errors as one line; anything else with its stack, because it is a bug. */
function report(error: unknown): void {
  const isKnown = error instanceof Error && (isSimulatorError(error) || error.name === 'EngineError')
  process.stderr.write(`${isKnown ? error.message : error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = exitCodeOf(error)
}

function closeOnSignals(simulator: Simulator): void {
  const stop = (code: number) => () => {
    process.exitCode = code
    void simulator.close()
  }
  process.once('SIGINT', stop(EXIT.interrupt))
  process.once('SIGTERM', stop(EXIT.terminate))
}

/** Opens a control port where a file for it is named; it ends with the process. */
async function listenForControl(
  simulator: Simulator,
  controlFile: string | undefined,
  logger: Logger,
): Promise<void> {
  if (controlFile === undefined || !('control' in simulator)) return
  const { address } = await startControlServer((simulator as LiveSimulator).control, logger)
  writeControlFile(controlFile, address)
  process.stdout.write(`control port ${address.url}: its token is in ${controlFile}\n`)
}

async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2)
  if (first === 'control') {
    process.stdout.write(await runControlCommand(rest, process.env))
    return
  }
  const { options, connectionFile, controlFile } = parseCommand(process.argv.slice(2))
  const simulator = await startSimulator(options)
  closeOnSignals(simulator)
  try {
    await listenForControl(simulator, controlFile, options.logger ?? SILENT)
    process.stdout.write(announce(simulator, connectionFile))
    if ('finished' in simulator) {
      const { finished } = simulator as ReplaySimulator
      process.stdout.write(`${JSON.stringify(await finished)}\n`)
    } else {
      const end = await simulator.ended
      if (end.type === 'failed') throw end.error
    }
  } catch (error) {
    // A signal has set its own code; what it cut short is no news.
    if (process.exitCode === undefined) report(error)
  } finally {
    await simulator.close()
  }
}

await main().catch(report)
