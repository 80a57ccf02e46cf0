import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Change,
  connectDatabase,
  createHintQueue,
  createReconciler,
  createSupervisor,
  type Database,
  listen,
  migrate,
  startEmbeddedPostgres,
} from '@openclaw-trading/control-plane'
import { createApp } from './api/app.ts'
import { EventRing } from './api/event-ring.ts'
import { createEventStream } from './api/stream.ts'
import { botLauncher } from './bot-launch.ts'
import { childEnvironment } from './config.ts'
import { type DataDir, openDataDir } from './data-dir.ts'
import { entryOf } from './entries.ts'
import { describeEnvironment, environmentName, standingNotices, venueMode } from './environment.ts'
import { prepareFleet } from './first-start.ts'
import { Fleet } from './fleet/fleet.ts'
import { Notices } from './fleet/notices.ts'
import { watchFleet } from './fleet/watch.ts'
import { listenHttp } from './http-listener.ts'
import { silentLogger } from './observability/logger.ts'
import type { RunningServer, ServerEnvironment, ServerOptions } from './server-options.ts'
import { loadRegistry, type StrategyRegistry } from './strategies/registry.ts'
import { Teardown } from './teardown.ts'
import { VenueProcess } from './venue/venue-process.ts'

// The wiring of the whole server, by hand. What is started later ends earlier.

/**
 * Starts every role in this process: API, hub, worker; the venue and each bot as child processes.
 *
 * Rejects with one clear error, and with nothing left running, when a part does not start or `signal` aborts.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const teardown = new Teardown(options.logger ?? silentLogger)
  try {
    return await compose(options, teardown)
  } catch (error) {
    await teardown.run()
    throw options.signal?.aborted ? options.signal.reason : error
  }
}

interface Ground {
  readonly options: ServerOptions
  readonly environment: ServerEnvironment
  readonly teardown: Teardown
  readonly registry: StrategyRegistry
  readonly dataDir: DataDir
  readonly notices: Notices
  readonly ring: EventRing
}

async function compose(options: ServerOptions, teardown: Teardown): Promise<RunningServer> {
  const environment = options.environment ?? { type: 'simulated' }
  const { strategiesFile, signal } = options
  if (strategiesFile !== undefined) options.onProgress?.(`loading ${strategiesFile}`)
  const registry = await loadRegistry(strategiesFile, signal)
  // Wall time in microseconds: ids of the stream grow from one start to the next.
  const ring = new EventRing(Date.now() * 1000)
  const notices = new Notices(list => ring.publish({ type: 'notices', notices: list }))
  const dataDir = await openDataDir(options.dataDir)
  teardown.add('data folder', () => dataDir.release())
  options.signal?.throwIfAborted()
  const http = await listenHttp({ host: options.host ?? '127.0.0.1', port: options.port })
  teardown.add('http', () => http.close())
  options.signal?.throwIfAborted()
  const ground: Ground = { options, environment, teardown, registry, dataDir, notices, ring }
  let replayDone: (error: Error | undefined) => void = () => {}
  const replayEnded = new Promise<Error | undefined>(resolve => {
    replayDone = resolve
  })
  // The two slow starts run side by side; both are settled before a failure of one is reported.
  const [venueStart, databaseStart] = await Promise.allSettled([
    startVenue(ground, replayDone),
    openDatabase(ground),
  ])
  if (databaseStart.status === 'rejected') throw databaseStart.reason
  if (venueStart.status === 'rejected') throw venueStart.reason
  options.signal?.throwIfAborted()
  const started = await startRoles(ground, databaseStart.value, venueStart.value, {
    apiUrl: `http://127.0.0.1:${http.port}`,
    serve: http.serve,
  })
  return {
    url: `http://127.0.0.1:${http.port}`,
    port: http.port,
    database: databaseStart.value,
    replayEnded,
    ...started,
    close: () => teardown.run(),
    [Symbol.asyncDispose]: () => teardown.run(),
  }
}

async function openDatabase(ground: Ground): Promise<Database> {
  const { options, teardown, dataDir, notices } = ground
  const logger = options.logger ?? silentLogger
  let url = options.databaseUrl
  options.onProgress?.(url === undefined ? 'starting PostgreSQL' : 'connecting to PostgreSQL')
  if (url === undefined) {
    const embedded = await startEmbeddedPostgres({
      dir: dataDir.postgres,
      fsync: options.fast !== true,
      logger,
      onEvent: event => {
        if (event.type === 'server-failed')
          notices.show({ id: 'database-down', level: 'bad', text: event.error.message })
      },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    teardown.add('embedded database', () => embedded.stop(), 20_000)
    url = embedded.url
  }
  const database = connectDatabase({ url, applicationName: 'claw', maxConnections: 12, logger })
  teardown.add('database', () => database.close())
  await database.ping()
  options.signal?.throwIfAborted()
  options.onProgress?.('preparing the database')
  await migrate(database, { logger })
  options.signal?.throwIfAborted()
  await prepareFleet(database, ground.registry, ground.environment)
  return database
}

function startVenue(ground: Ground, replayDone: (error: Error | undefined) => void): Promise<VenueProcess> {
  const { options, notices, teardown } = ground
  options.onProgress?.('starting the simulated venue')
  const start = VenueProcess.start({
    entry: entryOf('venue'),
    mode: venueMode(ground.environment, ground.dataDir.venue),
    env: childEnvironment(),
    logger: options.logger ?? silentLogger,
    onHealth: (up, reason) => {
      if (up) notices.clear('venue-down')
      else notices.show({ id: 'venue-down', level: 'bad', text: `${reason} It is started again.` })
    },
    onReplayEnded: replayDone,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  return start.then(venue => {
    teardown.add('venue', () => venue.close())
    return venue
  })
}

interface Http {
  readonly apiUrl: string
  readonly serve: (fetch: (request: Request) => Response | Promise<Response>) => void
}

async function startRoles(ground: Ground, database: Database, venue: VenueProcess, http: Http) {
  const name = environmentName(ground.environment, venue.access?.venueId ?? '')
  const floor = await watchFloor(ground, database, name)
  ground.options.signal?.throwIfAborted()
  const supervision = await prepareSupervision(ground, database, floor, {
    venue,
    environmentName: name,
    apiUrl: http.apiUrl,
  })
  const dashboardDir = ground.options.dashboard === false ? undefined : findDashboard()
  serveApi(ground, { database, venue, dashboardDir, ...floor, ...supervision }, http)
  await floor.fleet.refresh()
  ground.options.signal?.throwIfAborted()
  await runSupervision(ground, supervision)
  ground.options.signal?.throwIfAborted()
  return {
    environmentName: name,
    dashboardBuilt: dashboardDir !== undefined,
    processes: () => ({ venue: venue.pid, bots: supervision.supervisor.running().map(bot => bot.pid) }),
    onChange: floor.onChange,
  }
}

/** The fleet view, kept fresh by what the database tells. */
async function watchFloor(
  { options, environment, teardown, registry, notices, ring }: Ground,
  database: Database,
  name: string,
) {
  const logger = options.logger ?? silentLogger
  const fleet = new Fleet({
    database,
    registry,
    notices,
    environment: describeEnvironment(environment, name),
    publish: message => ring.publish(message),
    now: Date.now,
  })
  for (const notice of standingNotices(environment)) notices.show(notice)
  const listeners = new Set<(change: Change) => void>()
  const watch = watchFleet({ database, fleet, notices, logger })
  teardown.add('fleet watch', () => watch.close())
  const changes = await listen({
    url: database.url,
    onChange: change => {
      watch.changed()
      for (const listener of [...listeners]) listener(change)
    },
    onGap: () => watch.changed(),
    logger,
  })
  teardown.add('change listener', () => changes.close())
  const onChange = (listener: (change: Change) => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  return { fleet, watch, onChange }
}

type Floor = Awaited<ReturnType<typeof watchFloor>>

/** Hub, queue and worker, built and not yet running: the API they need must answer first. */
async function prepareSupervision(
  ground: Ground,
  database: Database,
  { fleet }: Floor,
  bots: { readonly venue: VenueProcess; readonly environmentName: string; readonly apiUrl: string },
) {
  const { options, environment, teardown } = ground
  const logger = options.logger ?? silentLogger
  const host = hostname()
  const queue = await createHintQueue({ url: database.url, host, logger })
  teardown.add('queue', () => queue.close())
  const supervisor = createSupervisor({
    database,
    hostName: host,
    launch: botLauncher({ ground, ...bots }),
    // A replay is never resumed: its second try would begin in the middle.
    ...(environment.type === 'replay' ? { restart: { maxRestarts: 0 } } : {}),
    logger,
    onHeartbeat: heartbeat => fleet.heartbeat(heartbeat),
  })
  const reconciler = createReconciler({ database, queue, holder: `${host}/${process.pid}`, logger })
  return { queue, supervisor, reconciler }
}

type Supervision = Awaited<ReturnType<typeof prepareSupervision>>

async function runSupervision(
  { teardown }: Ground,
  { queue, supervisor, reconciler }: Supervision,
): Promise<void> {
  await queue.process(hint => supervisor.reconcile(hint))
  teardown.add('supervisor', () => supervisor.close(), 20_000)
  await supervisor.start()
  teardown.add('hub', () => reconciler.close())
  await reconciler.start()
}

interface Served extends Floor, Supervision {
  readonly database: Database
  readonly venue: VenueProcess
  readonly dashboardDir: string | undefined
}

function serveApi({ options, teardown, registry, ring }: Ground, parts: Served, http: Http): void {
  const { database, fleet, reconciler, queue, venue, dashboardDir } = parts
  const streams = new AbortController()
  const app = createApp({
    database,
    registry,
    fleet,
    ring,
    stream: createEventStream(ring, { signal: streams.signal }),
    hubState: () => {
      const { holder, epoch, lastPassAt, queue: state } = reconciler.state()
      return { holder, epoch, lastPassAt, queue: state }
    },
    health: () => {
      const up = venue.access !== undefined
      return [
        { name: 'venue', ok: up, detail: up ? '' : 'The simulated venue is down; it is started again.' },
        { name: 'queue', ok: queue.state === 'ok', detail: queue.state === 'ok' ? '' : queue.state },
      ]
    },
    desireChanged: () => reconciler.trigger(),
    ...(dashboardDir === undefined ? {} : { dashboardDir }),
    logger: options.logger ?? silentLogger,
  })
  http.serve(request => app.fetch(request))
  teardown.add('event streams', () => streams.abort())
}

function findDashboard(): string | undefined {
  // The same place from src/ and from dist/: both lie one level below the workspace.
  const dir = fileURLToPath(new URL('../dashboard/dist', import.meta.url))
  return existsSync(join(dir, 'index.html')) ? dir : undefined
}
