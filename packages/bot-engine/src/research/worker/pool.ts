import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { EngineError } from '../../errors.ts'
import type { TimeSpan } from '../folds.ts'
import type { TrialReport } from '../objective.ts'
import { receivedError } from '../trial.ts'
import { threadFlags } from './flags.ts'
import type { WorkerAnswer, WorkerJob, WorkerSetup } from './messages.ts'

/** How a {@link WorkerPool} runs. */
export interface PoolOptions {
  /** Threads, from 1. */
  readonly workers: number
  /** Flags of Node for the threads; default: those of this process, so that a loader given there works in them too. */
  readonly execArgv?: readonly string[]
  readonly signal?: AbortSignal
}

/** What a pool needs to know of a run. */
export interface PoolJob {
  readonly key: string
  readonly params: unknown
  readonly span?: TimeSpan
}

interface PoolResult<J> {
  readonly job: J
  readonly report: TrialReport
}

/** Results per thread that may wait for the reader: a slow one slows the threads down instead of filling memory. */
const WAITING_PER_WORKER = 4

/**
 * Threads that share batches of combinations; results come in the order in which they are done. A batch is asked for
 * when all results of those before were read; threads start with the first jobs and stay.
 *
 * When it ends early, by a failure, by the signal or by the reader, the threads are terminated; what was done until
 * then is still read.
 */
export class WorkerPool<J extends PoolJob> {
  readonly #batches: AsyncIterable<readonly J[]>
  readonly #jobs: J[] = []
  readonly #setup: WorkerSetup
  readonly #options: PoolOptions
  readonly #threads: Worker[] = []
  readonly #idle: Worker[] = []
  readonly #busy = new Map<Worker, J>()
  readonly #results: PoolResult<J>[] = []
  #next = 0
  #failure: { readonly reason: unknown } | undefined
  #wake: () => void = () => {}

  /** Creates a pool; nothing is started yet. */
  constructor(batches: AsyncIterable<readonly J[]>, setup: WorkerSetup, options: PoolOptions) {
    this.#batches = batches
    this.#setup = setup
    this.#options = options
  }

  /** Runs all. @throws {@link EngineError} `worker-failed`, or what the run threw; the reason of the signal */
  async *runs(): AsyncGenerator<PoolResult<J>, void, undefined> {
    const { signal } = this.#options
    const onAbort = (): void => this.#fail(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      for await (const batch of this.#batches) {
        for (const job of batch) this.#jobs.push(job)
        yield* this.#resultsOf(batch.length)
      }
    } finally {
      signal?.removeEventListener('abort', onAbort)
      // An ended pool has no failures of its own.
      this.#failure ??= { reason: undefined }
      await Promise.all(this.#threads.map(thread => thread.terminate()))
    }
  }

  async *#resultsOf(count: number): AsyncGenerator<PoolResult<J>, void, undefined> {
    for (let read = 0; read < count; ) {
      this.#dispatch()
      const run = this.#results.shift()
      if (run !== undefined) {
        read += 1
        yield run
      } else if (this.#failure !== undefined) throw this.#failure.reason
      else await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }

  #start(): void {
    const { execArgv } = this.#options
    const thread = startThread(this.#setup, execArgv)
    this.#threads.push(thread)
    this.#idle.push(thread)
    thread.on('message', (answer: WorkerAnswer) => this.#answered(thread, answer))
    thread.on('error', cause => this.#crashed(thread, cause.message, cause))
    thread.on('exit', code => this.#crashed(thread, `it ended with code ${code}`))
  }

  #dispatch(): void {
    const { workers } = this.#options
    const most = WAITING_PER_WORKER * workers
    while (this.#failure === undefined && this.#results.length + this.#busy.size < most) {
      const job = this.#jobs[this.#next]
      if (job !== undefined && this.#idle.length === 0 && this.#threads.length < workers) this.#start()
      const thread = job === undefined ? undefined : this.#idle.shift()
      if (job === undefined || thread === undefined) return
      this.#busy.set(thread, job)
      const { params, span } = job
      thread.postMessage({
        index: this.#next,
        params,
        ...(span !== undefined && { span }),
      } satisfies WorkerJob)
      this.#next += 1
    }
  }

  #answered(thread: Worker, answer: WorkerAnswer): void {
    this.#busy.delete(thread)
    if (answer.type === 'failed') return this.#fail(receivedError(answer.error))
    this.#results.push({ job: this.#jobs[answer.index] as J, report: answer.report })
    this.#idle.push(thread)
    this.#dispatch()
    this.#wake()
  }

  #crashed(thread: Worker, what: string, cause?: Error): void {
    const job = this.#busy.get(thread)
    const during = job === undefined ? 'before a run' : `during the run with ${job.key}`
    this.#fail(
      new EngineError(
        'worker-failed',
        `A worker ended ${during}: ${what}. The results so far are kept; run this combination alone to see why.`,
        { cause, details: { params: job?.params, what } },
      ),
    )
  }

  /** The first failure counts. */
  #fail(reason: unknown): void {
    this.#failure ??= { reason }
    this.#wake()
  }
}

/** By package name, so that it is found from sources, from `dist` and from a bundle alike. */
const WORKER = '@openclaw-trading/bot-engine/research/worker'

function startThread(setup: WorkerSetup, given: readonly string[] | undefined): Worker {
  const file = pathToFileURL(createRequire(import.meta.url).resolve(WORKER))
  const execArgv = given ?? threadFlags([setup.module.url, file.href])
  try {
    return new Worker(file, {
      workerData: setup,
      ...(execArgv !== undefined && { execArgv: [...execArgv] }),
    })
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError(
      'invalid-options',
      `A worker cannot be given these options: ${what}. Options of a sweep with workers are plain data; leave functions and objects of classes to the strategy's module.`,
      { cause },
    )
  }
}
