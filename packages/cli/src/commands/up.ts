import { join, resolve } from 'node:path'
import { banner } from '../banner.ts'
import type { CommandContext, Register } from '../command.ts'
import { type Plan, planned } from '../dry-run.ts'
import { wholeNumber } from '../option-values.ts'
import { jsonResult } from '../output.ts'
import { loadServer } from '../server.ts'
import { step } from '../step.ts'
import type { Terminal } from '../terminal.ts'
import { VERSION } from '../version.ts'

/** What `claw up` was asked. */
interface UpOptions {
  readonly port?: number
  readonly seed?: number
  readonly dataDir?: string
  readonly strategies?: string
  readonly json: boolean
}

/** Adds `claw up`. */
export const registerUp: Register = (program, done) => {
  program
    .command('up')
    .description('Starts server, dashboard, simulated venue and bots; Ctrl-C stops them.')
    .option(
      '--port <number>',
      'port of dashboard and API, 0 for a free one (PORT, default 8000)',
      wholeNumber(0, 65_535),
    )
    .option(
      '--seed <number>',
      'seed of the simulated market (CLAW_SEED, default 1)',
      wholeNumber(0, 4_294_967_295),
    )
    .option('--data-dir <folder>', 'database, venue and outboxes (CLAW_DATA_DIR, default .claw)')
    .option('--strategies <file>', 'a module that exports further strategies')
    .option('--json', 'one JSON object on stdout, once it is ready', false)
    .action((options: UpOptions) =>
      done({
        command: 'up',
        stopsInOrder: true,
        options,
        json: options.json,
        readsNoConfig: true,
        dryRun: planned('up', options.json, context => planUp(options, context)),
        run: context => upCommand(options, context),
      }),
    )
}

/** Runs the server until a signal ends it. @returns the exit code of the signal */
async function upCommand(args: UpOptions, { terminal, interrupt }: CommandContext): Promise<number> {
  const startedAt = performance.now()
  let ready = false
  const announce = () =>
    terminal.err(ready ? '\n  Stopping: bots first, then venue and database.\n' : '\n  Stopping…\n')
  interrupt.signal.addEventListener('abort', announce, { once: true })
  const { createFileLogger, startServer } = await step(terminal, 'server', loadServer, () => 'package loaded')
  interrupt.signal.throwIfAborted()
  const settings = await settingsOf(args, terminal)
  terminal.verbose?.('settings', settingsText(settings))
  const { config, seed, dataDir, port } = settings
  const parts = startOf(terminal)
  const server = await startServer({
    environment: { type: 'simulated', seed },
    dataDir,
    port,
    host: config.host,
    ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl }),
    ...(args.strategies === undefined ? {} : { strategiesFile: resolve(terminal.cwd, args.strategies) }),
    quoteSilence: config.quoteSilence,
    recordSessions: config.recordSessions,
    logger: createFileLogger(config.logLevel, 'claw', join(dataDir, 'logs', 'server.log')),
    signal: interrupt.signal,
    onProgress: parts.begin,
  })
  parts.end()
  ready = true
  try {
    const readyMs = performance.now() - startedAt
    const url = `http://localhost:${server.port}`
    const isEmbedded = config.databaseUrl === undefined
    if (args.json) {
      const data = { url, port: server.port, seed, dataDir, database: isEmbedded ? 'embedded' : 'external' }
      terminal.out(jsonResult('claw.up/1', data, { tookMs: readyMs }))
    } else
      terminal.out(
        banner({
          version: VERSION,
          readyMs,
          url,
          environment: `simulated cTrader venue, seed ${seed}, clock ×60: no real money`,
          dataDir,
          database: isEmbedded ? 'embedded PostgreSQL' : 'PostgreSQL of DATABASE_URL',
          dashboardBuilt: server.dashboardBuilt,
        }),
      )
    await aborted(interrupt.signal)
  } finally {
    await server.close()
  }
  terminal.err(`  Stopped. Start again with: ${terminal.upCommand}\n`)
  return interrupt.exitCode() ?? 0
}

/** Tells each part of the start as it begins; with `--verbose` how long it took, once it has ended. */
function startOf({ err, verbose }: Terminal) {
  let part: { readonly name: string; readonly sinceMs: number } | undefined
  const end = (): void => {
    if (part !== undefined) verbose?.('start', part.name, performance.now() - part.sinceMs)
    part = undefined
  }
  return {
    begin(name: string): void {
      end()
      err(`  … ${name}\n`)
      part = { name, sinceMs: performance.now() }
    },
    end,
  }
}

/** What the line states, else the environment and `.env`. */
async function settingsOf(args: UpOptions, { env, cwd }: Terminal) {
  const { loadEnvFile, readConfig } = await loadServer()
  loadEnvFile(cwd)
  const config = readConfig(env, cwd)
  return {
    config,
    seed: args.seed ?? config.seed,
    dataDir: args.dataDir === undefined ? config.dataDir : resolve(cwd, args.dataDir),
    port: args.port ?? config.port,
  }
}

function settingsText({ config, seed, dataDir, port }: Awaited<ReturnType<typeof settingsOf>>): string {
  const database = config.databaseUrl === undefined ? 'embedded PostgreSQL' : 'PostgreSQL of DATABASE_URL'
  return `${config.host}:${port === 0 ? 'a free port' : port} · seed ${seed} · ${database} · ${dataDir} · logs of level ${config.logLevel}`
}

/** What it would start. */
async function planUp(args: UpOptions, { terminal }: CommandContext): Promise<Plan> {
  const settings = await settingsOf(args, terminal)
  const { dataDir, config } = settings
  const { strategies } = args
  return {
    changes: [
      { does: 'start', what: `server, dashboard, simulated venue and bots: ${settingsText(settings)}` },
      {
        does: 'write',
        what: `${config.databaseUrl === undefined ? 'database, ' : ''}venue, outboxes and logs below ${dataDir}`,
        path: dataDir,
      },
      ...(config.databaseUrl === undefined
        ? []
        : [{ does: 'migrate', what: 'the database of DATABASE_URL' }]),
      ...(strategies === undefined ? [] : [{ does: 'load', what: `strategies of ${strategies}` }]),
    ],
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
