import { SYSTEM_CLOCK } from '../clock.ts'
import { ControlPlaneError } from '../errors.ts'
import { probeProcess } from '../process-probe.ts'
import type { PostgresBinaries } from './binaries.ts'
import { explainOutput } from './cluster.ts'
import type { EmbeddedHome } from './embedded-home.ts'
import { inspectPostmaster, type PostmasterState, removeStaleFile } from './postmaster.ts'
import { findFreePort, type ServerSettings, spawnServer, tryConnect } from './server-process.ts'

const POLL_MS = 25

/** A server that answers. */
export interface RunningServer {
  /** Of the server. */
  readonly pid: number
  /** See `ProcessProbe.startMark`. */
  readonly startMark: string
  /** On 127.0.0.1. */
  readonly port: number
  /** It was running already. */
  readonly attached: boolean
}

/** How to start, if a start is needed. */
export interface StartRequest {
  /** For a server started here. */
  readonly settings: ServerSettings
  /** Wanted; null: any. */
  readonly port: number | null
  /** Pools point at the port: no other will do. */
  readonly portFixed: boolean
  /** For everything. */
  readonly timeoutMs: number
}

/** Attaches to the running server of a cluster, or clears what a dead one left and starts one. Call under the lock. */
export async function ensureServer(
  home: EmbeddedHome,
  binaries: PostgresBinaries,
  password: string,
  request: StartRequest,
): Promise<RunningServer> {
  const deadline = SYSTEM_CLOCK.now() + request.timeoutMs
  let last = ''
  while (SYSTEM_CLOCK.now() < deadline) {
    const found = await inspectPostmaster(home.dataDir)
    if (found.type === 'running') {
      const attached = await attach(home, found, password)
      if (attached !== null) return attached
    } else {
      if (found.type === 'stale') await removeStaleFile(home.dataDir, found.sharedMemoryId, deadline)
      const started = await startOnce(home, binaries, password, request, deadline)
      if (typeof started !== 'string') return started
      last = started
    }
    await SYSTEM_CLOCK.sleep(POLL_MS)
  }
  if (last !== '') throw explainOutput(last, home, 'started')
  throw new ControlPlaneError(
    'embedded-database-failed',
    `The embedded database in ${home.home} did not answer within ${request.timeoutMs} ms. See server.log there; it may still be recovering, then try again.`,
  )
}

/** Null while it is starting, recovering or shutting down: look again until it answers or is gone. */
async function attach(
  home: EmbeddedHome,
  found: Extract<PostmasterState, { type: 'running' }>,
  password: string,
): Promise<RunningServer | null> {
  if (found.port === null || !(await connectOnce(home, found.port, password))) return null
  return { pid: found.pid, startMark: found.startMark, port: found.port, attached: true }
}

async function connectOnce(home: EmbeddedHome, port: number, password: string): Promise<boolean> {
  const outcome = await tryConnect(port, password)
  if (outcome === 'wrong-password')
    throw new ControlPlaneError(
      'embedded-database-failed',
      `The server of ${home.dataDir} refuses the password in ${home.home}/password. Restore that file, or set DATABASE_URL to a PostgreSQL of your own.`,
    )
  return outcome === 'ready'
}

// Refusals that pass: another manager was faster, a back end of a killed server is still ending, the port was taken meanwhile.
const PASSING =
  /lock file "postmaster.pid" already exists|pre-existing shared memory block|could not create any TCP\/IP sockets/

/** Starts the server once. Gives what it printed when it refused for a reason that passes. */
async function startOnce(
  home: EmbeddedHome,
  binaries: PostgresBinaries,
  password: string,
  request: StartRequest,
  deadline: number,
): Promise<RunningServer | string> {
  const port = request.portFixed && request.port !== null ? request.port : await findFreePort(request.port)
  const { child, output } = await spawnServer(home, binaries, port, request.settings)
  const pid = child.pid
  while (child.exitCode === null && child.signalCode === null && SYSTEM_CLOCK.now() < deadline) {
    if (pid !== undefined && (await connectOnce(home, port, password))) {
      const probe = await probeProcess(pid)
      // A foreign server on the port would have refused the password; ours must still be the one alive.
      if (probe !== null && !probe.zombie) return { pid, startMark: probe.startMark, port, attached: false }
    }
    await SYSTEM_CLOCK.sleep(POLL_MS)
  }
  const text = await output()
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGQUIT')
    return text
  }
  if (PASSING.test(text)) return text
  throw explainOutput(text, home, 'started')
}
