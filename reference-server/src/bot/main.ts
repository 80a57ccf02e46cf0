import { isDebug } from '../config.ts'
import { createLogger } from '../observability/logger.ts'
import { loadRegistry } from '../strategies/registry.ts'
import { readBotArguments } from './arguments.ts'
import { openWorkerChannel } from './channel.ts'
import { describeFailure } from './failure.ts'
import { runBot } from './run-bot.ts'

// The process of one bot: one strategy on one account. Everything it needs comes over IPC; stderr is its log file.

async function main(): Promise<number> {
  // Ctrl-C reaches the whole process group; the worker decides when its bots end, and how.
  process.on('SIGINT', () => {})
  try {
    const { ref, strategiesFile, replayPolling } = readBotArguments(process.argv.slice(2))
    const channel = await openWorkerChannel()
    process.on('SIGTERM', () => channel.stop())
    const registry = await loadRegistry(strategiesFile)
    const logger = createLogger(isDebug() ? 'debug' : 'info', `${ref.botId}/${ref.accountType}`)
    const end = await runBot({ ref, entry: registry.get(ref.botId), channel, replayPolling, logger })
    if (end.failure !== undefined) process.stderr.write(`${end.failure.message}\n`)
    return end.exitCode
  } catch (error) {
    const { message, exitCode } = describeFailure(error)
    process.stderr.write(`${message}\n`)
    if (isDebug() && error instanceof Error) process.stderr.write(`${error.stack}\n`)
    return exitCode
  }
}

process.exit(await main())
