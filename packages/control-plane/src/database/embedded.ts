import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SYSTEM_CLOCK } from '../clock.ts'
import { type ControlPlaneError, isControlPlaneError } from '../errors.ts'
import { errorText, type Logger, SILENT_LOGGER } from '../logger.ts'
import { isSameProcess } from '../process-probe.ts'
import { type PostgresBinaries, prepareBinaries } from './binaries.ts'
import { DATABASE_NAME, ensureCluster } from './cluster.ts'
import { type EmbeddedHome, fileFailure, keepPassword, prepareHome } from './embedded-home.ts'
import { countHolders, registerHolder, takeFileLock } from './file-lock.ts'
import { ensureServer, type RunningServer } from './server-start.ts'
import { stopServer } from './server-process.ts'

const WATCH_MS = 500
const RECOVERY_WAITS_MS = [0, 500, 1_000, 2_000, 4_000]

/** What happens to a running embedded database. */
export type EmbeddedPostgresEvent =
  /** The server is gone; it is being started again on the same port. */
  | { readonly type: 'server-lost'; readonly pid: number }
  /** It answers again: pools heal by themselves. */
  | { readonly type: 'server-recovered'; readonly pid: number }
  /** It cannot be started again; a person must act. */
  | { readonly type: 'server-failed'; readonly error: ControlPlaneError }

/** Options of {@link startEmbeddedPostgres}. */
export interface EmbeddedPostgresOptions {
  /** Folder for cluster, password and log; made when missing. */
  readonly dir: string
  /** Default true. Off only for tests. */
  readonly fsync?: boolean
  /** Default 120. */
  readonly maxConnections?: number
  /** Default 60 000 ms; a fresh cluster takes about 1 s, recovery after a crash rarely more than 2 s. */
  readonly startTimeoutMs?: number
  /** Default: silent. */
  readonly logger?: Logger
  /** Told of a lost server. Must not throw. */
  readonly onEvent?: (event: EmbeddedPostgresEvent) => void
}

/** A PostgreSQL server of this folder, started here or found running. */
export interface EmbeddedPostgres {
  /** For {@link connectDatabase}; holds the password. */
  readonly url: string
  /** On 127.0.0.1. */
  readonly port: number
  /** Of the server now. */
  readonly pid: number
  /** True when it was running already. */
  readonly attached: boolean
  /** As asked for. */
  readonly dir: string
  /** Where the cluster is; elsewhere than `dir` when root's server cannot reach `dir`. */
  readonly dataDir: string
  /** Lets go of it; the last live manager stops the server, so close all pools before. */
  stop(): Promise<void>
}

interface Held {
  readonly home: EmbeddedHome
  readonly binaries: PostgresBinaries
  readonly password: string
  readonly options: EmbeddedPostgresOptions
  readonly withdraw: () => Promise<void>
  server: RunningServer
}

/**
 * Gives the PostgreSQL of a folder: installs, initialises, starts or attaches, whatever is missing.
 *
 * The server runs detached on a free port of 127.0.0.1 with a random password, as user `postgres` or `nobody` when this
 * process is root. It survives a `kill -9` of this process (the next call attaches) and is restarted here when it dies.
 * @throws {@link ControlPlaneError} `embedded-database-failed`, saying what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const logger = options.logger ?? SILENT_LOGGER
  const home = await prepareHome(options.dir)
  const timeoutMs = options.startTimeoutMs ?? 60_000
  const held = await withLock(home, timeoutMs, async () => {
    const binaries = await prepareBinaries(home)
    const password = await keepPassword(home)
    await ensureCluster(home, binaries, password, options.fsync ?? true)
    const port = await readPort(home)
    const server = await startServer({ home, binaries, password, options }, port, false)
    await writeFile(join(home.home, 'port'), `${server.port}\n`)
    const withdraw = await registerHolder(join(home.home, 'holders'))
    return { home, binaries, password, options, withdraw, server }
  })
  logger.info(
    { dataDir: home.dataDir, port: held.server.port, pid: held.server.pid, attached: held.server.attached },
    'embedded database ready',
  )
  const watch = watchServer(held, logger)
  let stopping: Promise<void> | undefined
  return {
    url: `postgresql://${DATABASE_NAME}:${held.password}@127.0.0.1:${held.server.port}/${DATABASE_NAME}`,
    port: held.server.port,
    get pid() {
      return held.server.pid
    },
    attached: held.server.attached,
    dir: home.dir,
    dataDir: home.dataDir,
    stop: () => {
      stopping ??= watch.end().then(() => release(held))
      return stopping
    },
  }
}

async function withLock<T>(home: EmbeddedHome, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  let unlock: () => Promise<void>
  try {
    unlock = await takeFileLock(join(home.home, 'lock'), timeoutMs)
  } catch (error) {
    throw fileFailure(error, home.home)
  }
  try {
    return await work()
  } catch (error) {
    throw fileFailure(error, home.home)
  } finally {
    await unlock()
  }
}

/** The port of last time: tools that a person pointed at it keep working. */
async function readPort(home: EmbeddedHome): Promise<number | null> {
  const port = Number(await readFile(join(home.home, 'port'), 'utf8').catch(() => ''))
  return Number.isInteger(port) && port > 1023 && port < 65_536 ? port : null
}

function startServer(
  held: Omit<Held, 'withdraw' | 'server'>,
  port: number | null,
  portFixed: boolean,
): Promise<RunningServer> {
  const { options } = held
  return ensureServer(held.home, held.binaries, held.password, {
    settings: { fsync: options.fsync ?? true, maxConnections: options.maxConnections ?? 120 },
    port,
    portFixed,
    timeoutMs: options.startTimeoutMs ?? 60_000,
  })
}

async function release(held: Held): Promise<void> {
  await withLock(held.home, 30_000, async () => {
    await held.withdraw()
    if ((await countHolders(join(held.home.home, 'holders'))) > 0) return
    await stopServer(held.home, held.binaries, held.server.pid, held.server.startMark)
  })
}

function watchServer(held: Held, logger: Logger): { end(): Promise<void> } {
  const ending = new AbortController()
  const tell = held.options.onEvent ?? (() => {})

  const restart = async (): Promise<void> => {
    let failure: unknown
    for (const waitMs of RECOVERY_WAITS_MS) {
      await SYSTEM_CLOCK.sleep(waitMs, ending.signal)
      try {
        held.server = await withLock(held.home, 30_000, () => startServer(held, held.server.port, true))
        logger.warn({ postgresPid: held.server.pid }, 'embedded database recovered')
        tell({ type: 'server-recovered', pid: held.server.pid })
        return
      } catch (error) {
        failure = error
        logger.warn({ error: errorText(error) }, 'embedded database did not start again')
      }
    }
    throw failure
  }

  const check = async (): Promise<boolean> => {
    if (await isSameProcess(held.server.pid, held.server.startMark)) return true
    if (ending.signal.aborted) return false
    logger.warn({ postgresPid: held.server.pid }, 'embedded database lost')
    tell({ type: 'server-lost', pid: held.server.pid })
    try {
      await restart()
      return true
    } catch (error) {
      if (ending.signal.aborted) return false
      const failure = isControlPlaneError(error) ? error : fileFailure(error, held.home.home)
      logger.error({ error: failure.message }, 'embedded database failed')
      tell({ type: 'server-failed', error: failure })
      return false
    }
  }

  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = check().then(goOn => {
        if (goOn && !ending.signal.aborted) schedule()
      })
    }, WATCH_MS)
    // The watch alone is no reason for this process to live.
    timer.unref()
  }
  schedule()
  return {
    end: async () => {
      ending.abort()
      clearTimeout(timer)
      await running
    },
  }
}
