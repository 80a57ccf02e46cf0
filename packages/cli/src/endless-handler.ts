import { Worker } from 'node:worker_threads'
import { THREAD, type WatchedLoop } from './endless-handler-thread.ts'
import { placeInStack } from './strategy-place.ts'

/** What becomes of a command whose strategy keeps the event loop, in which signals and `--timeout` are heard. */
export interface KeptLoop {
  readonly cwd: string
  /** Of the command, from now. Default: none. */
  readonly timeoutMs?: number | undefined
  /**
   * The code at `place` has run for some seconds; told each second until `onAlive`. Like `onTimeout` it is called in the
   * midst of that code, so nothing that it starts and leaves to the event loop comes to pass.
   */
  onStill(place: string, seconds: number): void
  /** The loop goes on, after `onStill`. */
  onAlive(): void
  /** `--timeout` is over, and the loop had 2 s to hear of it. */
  onTimeout(place: string, seconds: number): void
}

const BEAT_MS = 250
const GRACE_MS = 2000
const LOOK = 'openclaw.claw.look'

// `claw check` notes who asks for the time while a handler runs.
const now = performance.now.bind(performance)

/**
 * Watches from a thread whether code of a strategy keeps the event loop for 3 s, as a handler that never returns does.
 * Costs a timer here, nothing in a handler.
 *
 * @returns what ends it
 */
export function watchHandlers({ cwd, timeoutMs = Infinity, ...kept }: KeptLoop): () => void {
  const startedMs = now()
  let isStill = false
  const look = (seconds: number): void => {
    const place = runningPlace(cwd)
    // Our own work over much data: it comes to its end.
    if (place === undefined) return
    if (now() - startedMs > timeoutMs + GRACE_MS) return kept.onTimeout(place, seconds)
    isStill = true
    kept.onStill(place, seconds)
  }
  Object.defineProperty(globalThis, Symbol.for(LOOK), { value: look, configurable: true })
  const beats = new Int32Array(new SharedArrayBuffer(4))
  const beat = setInterval(() => {
    Atomics.add(beats, 0, 1)
    if (!isStill) return
    isStill = false
    kept.onAlive()
  }, BEAT_MS).unref()
  const thread = startThread({ beats, look: `globalThis[Symbol.for('${LOOK}')]` })
  return () => {
    clearInterval(beat)
    Reflect.deleteProperty(globalThis, Symbol.for(LOOK))
    void thread.terminate()
  }
}

function startThread(workerData: WatchedLoop): Worker {
  const thread = new Worker(THREAD, {
    eval: true,
    workerData,
    // Loaders of this process, e.g. tsx, would be loaded there anew.
    execArgv: [],
    env: {},
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16, stackSizeMb: 1 },
  })
  thread.unref()
  // Without it a command is as it was before: deaf to signals while a handler runs.
  thread.on('error', () => {})
  return thread
}

/** Where the author's code is, called in the midst of it. */
function runningPlace(cwd: string): string | undefined {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 50
  const { stack = '' } = new Error('look')
  Error.stackTraceLimit = stackTraceLimit
  const place = placeInStack(stack, cwd)
  return place && `${place.file}:${place.line}`
}
