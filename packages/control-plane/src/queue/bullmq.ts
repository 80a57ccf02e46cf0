import { createPostgresBackend, type Job, withBackend } from 'bullmq'
import { z } from 'zod'
import { InstanceRef } from '../client/contracts.ts'
import { SYSTEM_CLOCK } from '../clock.ts'
import { ControlPlaneError } from '../errors.ts'
import { errorText, type Logger, SILENT_LOGGER } from '../logger.ts'
import type { HintQueue, ReconcileHint } from './queue.ts'

/** Options of {@link createHintQueue}. */
export interface HintQueueOptions {
  /** As for {@link connectDatabase}. */
  readonly url: string
  /** Whose worker gets the hints. */
  readonly host: string
  /** Handlers at once. Default 8. */
  readonly concurrency?: number
  /** Default: silent. */
  readonly logger?: Logger
}

const SCHEMA = 'queue'
// Long enough that no healthy command meets it, short enough that a pass of the hub is not held up.
const COMMAND_TIMEOUT_MS = 5_000
const CLOSE_TIMEOUT_MS = 10_000

const Hint = InstanceRef.extend({ generation: z.int().min(0) })

async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const ending = new AbortController()
  const late = SYSTEM_CLOCK.sleep(timeoutMs, ending.signal).then(() => {
    throw new ControlPlaneError('queue-unavailable', `The queue did not answer within ${timeoutMs} ms.`)
  })
  // The loser of the race must not become an unhandled rejection.
  late.catch(() => {})
  work.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    ending.abort()
  }
}

/**
 * BullMQ on its PostgreSQL back end, in schema `queue` of the same database. Jobs are durable and bounded: at most one
 * waits per instance, done ones are deleted, the newest 100 failed ones are kept.
 *
 * Redis as a second back end, and a shared queue for instances without a host, come with several hosts.
 * @throws {@link ControlPlaneError} `queue-unavailable`
 */
export async function createHintQueue(options: HintQueueOptions): Promise<HintQueue> {
  const queue = new BullHintQueue(options)
  await queue.open()
  return queue
}

const { Queue, Worker } = withBackend(createPostgresBackend)

class BullHintQueue implements HintQueue {
  readonly backend = 'bullmq-postgres'
  readonly #options: HintQueueOptions
  readonly #logger: Logger
  readonly #name: string
  readonly #queue: InstanceType<typeof Queue<ReconcileHint>>
  #worker: InstanceType<typeof Worker<ReconcileHint>> | undefined
  #state: HintQueue['state'] = 'ok'
  #closing: Promise<void> | undefined

  constructor(options: HintQueueOptions) {
    this.#options = options
    this.#logger = options.logger ?? SILENT_LOGGER
    this.#name = `tasks-${options.host.replaceAll(/[^A-Za-z0-9_.-]/g, '_')}`
    this.#queue = new Queue<ReconcileHint>(this.#name, {
      connection: this.#connection(),
      defaultJobOptions: { removeOnComplete: true, removeOnFail: 100, attempts: 1 },
    })
    this.#queue.on('error', error => this.#degrade(error))
  }

  get state(): HintQueue['state'] {
    return this.#state
  }

  async open(): Promise<void> {
    try {
      await withTimeout(this.#queue.waitUntilReady(), 30_000)
    } catch (error) {
      await this.#queue.close().catch(() => {})
      throw unavailable(error)
    }
  }

  async enqueue(hint: ReconcileHint): Promise<void> {
    try {
      // Deduplicated until the job is done; a hint that comes while it runs is covered by the hub's next pass.
      const deduplication = { id: `${hint.botId}-${hint.accountType}` }
      await withTimeout(this.#queue.add('reconcile', hint, { deduplication }), COMMAND_TIMEOUT_MS)
      this.#state = 'ok'
    } catch (error) {
      this.#degrade(error)
      throw unavailable(error)
    }
  }

  async process(handler: (hint: ReconcileHint) => Promise<void>): Promise<void> {
    if (this.#worker !== undefined)
      throw new ControlPlaneError('invalid-options', 'This queue has a handler. Make a second queue.')
    const run = async (job: Job<ReconcileHint>): Promise<void> => {
      const hint = Hint.safeParse(job.data)
      // A forged or foreign job is a hint at nothing.
      if (!hint.success) this.#logger.warn({ jobId: job.id }, 'hint not understood')
      else await handler(hint.data)
    }
    this.#worker = new Worker<ReconcileHint>(this.#name, run, {
      connection: this.#connection(),
      concurrency: this.#options.concurrency ?? 8,
    })
    this.#worker.on('error', error => this.#degrade(error))
    this.#worker.on('active', () => {
      this.#state = 'ok'
    })
    this.#worker.on('failed', (_job, error) =>
      this.#logger.warn({ error: errorText(error) }, 'hint not carried out'),
    )
    await this.#worker.waitUntilReady()
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      const worker = this.#worker
      if (worker !== undefined)
        await withTimeout(worker.close(), CLOSE_TIMEOUT_MS).catch(() => worker.close(true).catch(() => {}))
      await withTimeout(this.#queue.close(), CLOSE_TIMEOUT_MS).catch(() => {})
    })()
    return this.#closing
  }

  #connection() {
    return { connectionString: this.#options.url, schema: SCHEMA, migrate: true, max: 2 }
  }

  #degrade(error: unknown): void {
    const next = `degraded: ${errorText(error)}` as const
    if (this.#state !== next) this.#logger.warn({ error: errorText(error) }, 'queue degraded')
    this.#state = next
  }
}

function unavailable(error: unknown): ControlPlaneError {
  return new ControlPlaneError(
    'queue-unavailable',
    `The queue cannot be reached: ${errorText(error)}. Bots are still started and stopped by the workers' own passes; check the database.`,
    { cause: error },
  )
}
