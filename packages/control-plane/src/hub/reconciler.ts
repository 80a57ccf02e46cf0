import { type Clock, SYSTEM_CLOCK } from '../clock.ts'
import type { Database } from '../database/connect.ts'
import { type ChangeListener, listen } from '../database/notify.ts'
import { errorText, type Logger, SILENT_LOGGER } from '../logger.ts'
import type { HintQueue } from '../queue/queue.ts'
import { eventStore } from '../stores/events.ts'
import { type Instance, instanceStore } from '../stores/instances.ts'
import { leadHub, readHubLease, resignHub } from './lease.ts'
import { plan } from './plan.ts'

/** Options of {@link createReconciler}. */
export interface ReconcilerOptions {
  /** Owned by the caller. */
  readonly database: Database
  /** Owned by the caller. */
  readonly queue: HintQueue
  /** Names this hub among all; unique per process. */
  readonly holder: string
  /** Between passes without a change. Default 1000 ms. */
  readonly intervalMs?: number
  /** A hub that has not renewed for this long is replaced. Default 5000 ms. */
  readonly leaseTtlMs?: number
  /** Default: the platform's. */
  readonly clock?: Clock
  /** Default: silent. */
  readonly logger?: Logger
}

/** What a hub knows of itself. */
export interface HubState {
  /** Who leads; null: nobody, or not known yet. */
  readonly holder: string | null
  /** This hub leads. */
  readonly leading: boolean
  /** Of the lease. */
  readonly epoch: number
  /** Wall time of this hub's last complete pass as leader. */
  readonly lastPassAt: number | null
  /** As {@link HintQueue.state}. */
  readonly queue: string
  /** Of the last pass; null when it was complete. */
  readonly lastError: string | null
}

/** The hub's loop. */
export interface Reconciler {
  /** Starts it; resolves after the first pass. */
  start(): Promise<void>
  /** Makes the next pass begin now. */
  trigger(): void
  /** Costs nothing. */
  state(): HubState
  /** Ends it and gives up the lease. */
  close(): Promise<void>
}

const KEEP_EVENTS = 50_000
const PRUNE_EVERY_MS = 600_000
// A burst of changes, e.g. of a whole fleet, becomes a few passes instead of one each.
const COLLAPSE_MS = 20

/**
 * The hub: compares desire with what is, and hints at every instance that is not as it should be. One leads, by a lease;
 * a pass costs one lease write and one list query, whatever the number of instances.
 */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  return new HubLoop(options)
}

class HubLoop implements Reconciler {
  readonly #options: ReconcilerOptions
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #ending = new AbortController()
  #known: Omit<HubState, 'queue'> = {
    holder: null,
    leading: false,
    epoch: 0,
    lastPassAt: null,
    lastError: null,
  }
  #listener: ChangeListener | undefined
  #loop: Promise<void> | undefined
  #wake = new AbortController()
  #wanted = false
  #prunedAt = 0
  #closing: Promise<void> | undefined

  constructor(options: ReconcilerOptions) {
    this.#options = options
    this.#clock = options.clock ?? SYSTEM_CLOCK
    this.#logger = options.logger ?? SILENT_LOGGER
  }

  async start(): Promise<void> {
    this.#listener = await listen({
      url: this.#options.database.url,
      onChange: change => {
        if (change.type === 'control' || change.type === 'instance') this.trigger()
      },
      onGap: () => this.trigger(),
      logger: this.#logger,
    })
    await this.#pass()
    this.#loop = this.#run()
  }

  trigger(): void {
    this.#wanted = true
    this.#wake.abort()
  }

  state(): HubState {
    return { ...this.#known, queue: this.#options.queue.state }
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#ending.abort()
      await this.#listener?.close()
      await this.#loop
      await resignHub(this.#options.database, this.#options.holder).catch(() => {})
    })()
    return this.#closing
  }

  async #run(): Promise<void> {
    const { intervalMs = 1_000 } = this.#options
    const { signal } = this.#ending
    while (!signal.aborted) {
      this.#wake = new AbortController()
      const pause = this.#wanted
        ? this.#clock.sleep(COLLAPSE_MS, signal)
        : this.#clock.sleep(intervalMs, AbortSignal.any([this.#wake.signal, signal]))
      await pause.catch(() => {})
      this.#wanted = false
      if (!signal.aborted) await this.#pass()
    }
  }

  async #pass(): Promise<void> {
    const { database, holder, leaseTtlMs = 5_000 } = this.#options
    try {
      const lease = await leadHub(database, holder, leaseTtlMs)
      if (lease !== null && !this.#known.leading) this.#logger.info({ epoch: lease.epoch }, 'hub leads')
      const seen = lease ?? (await readHubLease(database))
      this.#known = {
        holder: seen?.holder ?? null,
        leading: lease !== null,
        epoch: seen?.epoch ?? 0,
        lastPassAt: this.#known.lastPassAt,
        lastError: null,
      }
      if (lease !== null) await this.#lead()
    } catch (error) {
      const text = errorText(error)
      if (this.#known.lastError !== text) this.#logger.warn({ error: text }, 'hub pass failed')
      this.#known = { ...this.#known, leading: false, lastError: text }
    }
  }

  async #lead(): Promise<void> {
    const { database } = this.#options
    const now = this.#clock.now()
    const instances = await instanceStore.list(database)
    for (const instance of instances) {
      const step = plan(instance, now)
      // A running bot reads its control again when the desire has changed.
      const untold = instance.generation > instance.actualGeneration && instance.actual === 'running'
      if (step.type === 'start' || step.type === 'stop' || untold) await this.#hint(instance)
    }
    await instanceStore.markObserved(
      database,
      instances.filter(instance => instance.observedGeneration < instance.generation),
    )
    if (now - this.#prunedAt > PRUNE_EVERY_MS) {
      this.#prunedAt = now
      await eventStore.prune(database, KEEP_EVENTS)
    }
    this.#known = { ...this.#known, lastPassAt: this.#clock.now() }
  }

  async #hint({ botId, accountType, generation }: Instance): Promise<void> {
    // A queue that fails is not the end of the pass: the workers look by themselves as well.
    await this.#options.queue
      .enqueue({ botId, accountType, generation })
      .catch(error => this.#logger.debug({ error: errorText(error) }, 'hint not queued'))
  }
}
