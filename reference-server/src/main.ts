import { startServer } from './compose.ts'
import { isDebug, loadEnvFile, readConfig } from './config.ts'
import { exitCodeOf } from './exit-codes.ts'
import { createLogger } from './observability/logger.ts'

// The server without the command line: settings from the environment, JSON logs on stderr, the address on stdout.
// Each role alone on its own host (`claw api`, `claw hub`, `claw worker`) comes with later work.

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const

async function main(): Promise<number> {
  const stop = new AbortController()
  let code = 0
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      code ||= EXIT_CODES[name]
      stop.abort(new DOMException(`Ended by ${name}.`, 'AbortError'))
    })
  try {
    loadEnvFile()
    const config = readConfig()
    const server = await startServer({
      environment: { type: 'simulated', seed: config.seed },
      dataDir: config.dataDir,
      port: config.port,
      host: config.host,
      ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl }),
      quoteSilence: config.quoteSilence,
      recordSessions: config.recordSessions,
      logger: createLogger(config.logLevel, 'claw'),
      signal: stop.signal,
    })
    process.stdout.write(`${server.url}\n`)
    if (!stop.signal.aborted) await new Promise(resolve => stop.signal.addEventListener('abort', resolve))
    await server.close()
    return code
  } catch (error) {
    if (stop.signal.aborted && error === stop.signal.reason) return code
    const text = error instanceof Error ? (isDebug() ? error.stack : error.message) : String(error)
    process.stderr.write(`${text}\n`)
    return code || exitCodeOf(error)
  }
}

process.exit(await main())
