import { randomBytes } from 'node:crypto'
import type { InstanceRef } from '../client/contracts.ts'
import { SYSTEM_CLOCK } from '../clock.ts'
import { ControlPlaneError, isControlPlaneError } from '../errors.ts'
import { RESTART_POLICY, type RestartPolicy } from '../hub/backoff.ts'
import { plan } from '../hub/plan.ts'
import { errorText, SILENT_LOGGER } from '../logger.ts'
import { type Instance, instanceStore } from '../stores/instances.ts'
import type { BotListener, BotProcess } from './bot-process.ts'
import { dismissBot, failBot, settleExit, stopBot } from './exit-step.ts'
import { createForkHost } from './fork-host.ts'
import { heartbeatStorer } from './heartbeat-store.ts'
import { createHostLease, HOST_LEASE_MS, type HostLease } from './host-lease.ts'
import { mayHaveProcess, settleOrphan } from './orphans.ts'
import { createSerial } from './serial.ts'
import { startBot } from './start-step.ts'
import { keyOf, note, refOf, report, type StepContext } from './step-context.ts'
import { STOP_LADDER } from './stop-ladder.ts'
import type { RunningBot, Supervisor, SupervisorOptions } from './supervisor-options.ts'

/** Makes a worker; no I/O before `start`. @throws {@link ControlPlaneError} `invalid-options` */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  return new Worker(options)
}

function checkPolicy(policy: RestartPolicy): RestartPolicy {
  const { maxRestarts } = policy
  // 31 and the crash that ends it all are what a row has room for.
  if (!Number.isInteger(maxRestarts) || maxRestarts < 0 || maxRestarts > 31)
    throw new ControlPlaneError('invalid-options', `restart.maxRestarts is ${maxRestarts}. Use 0 to 31.`)
  return policy
}

class Worker implements Supervisor {
  readonly #context: StepContext
  readonly #passMs: number
  readonly #lease: HostLease
  readonly #closing = new AbortController()
  readonly #serial = createSerial()
  readonly #bots = new Map<string, BotProcess>()
  #renewedAt = 0
  #lastTrouble = ''
  #loop: Promise<void> | undefined
  #closed: Promise<void> | undefined

  constructor(options: SupervisorOptions) {
    const { database, hostName, launch } = options
    const logger = options.logger ?? SILENT_LOGGER
    const guarded =
      <T>(tell: (value: T) => void) =>
      (value: T) => {
        try {
          tell(value)
        } catch (error) {
          logger.error({ error: errorText(error) }, 'listener of the worker threw')
        }
      }
    this.#context = {
      database,
      hostName,
      launch,
      processHost: options.processHost ?? createForkHost(hostName),
      readyTimeoutMs: options.readyTimeoutMs ?? 60_000,
      ladder: { ...STOP_LADDER, ...options.stop },
      restart: checkPolicy({ ...RESTART_POLICY, ...options.restart }),
      random: options.random ?? Math.random,
      clock: options.clock ?? SYSTEM_CLOCK,
      logger,
      closing: this.#closing.signal,
      listen: ref => this.#listenerOf(ref),
      onHeartbeat: guarded(options.onHeartbeat ?? (() => {})),
      onChange: guarded(options.onChange ?? (() => {})),
    }
    this.#passMs = options.passMs ?? 1_000
    this.#lease = createHostLease(hostName, randomBytes(6).toString('hex'))
  }

  async start(): Promise<void> {
    const { database, hostName: host } = this.#context
    await this.#takeHost()
    const left = await instanceStore.list(database, { host })
    await Promise.all(left.filter(mayHaveProcess).map(instance => this.#lookQuietly(instance)))
    if (!this.#closing.signal.aborted) this.#loop = this.#run()
  }

  async reconcile(ref: InstanceRef): Promise<void> {
    const instance = refOf(ref)
    try {
      await this.#serial.run(keyOf(instance), () => this.#look(instance))
    } catch (error) {
      // A newer owner has the instance and takes the steps.
      if (!isControlPlaneError(error, 'fenced')) throw error
      this.#context.logger.warn({ ...instance, error: errorText(error) }, 'instance has a newer owner')
    }
  }

  running(): readonly RunningBot[] {
    return [...this.#bots.values()]
      .filter(bot => bot.exit === null)
      .map(({ ref, epoch, process, sessionId }) => ({
        ref,
        epoch,
        pid: process.identity.pid,
        sessionId,
        lastOutput: process.output,
      }))
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#closing.abort()
    // All at once, and before anything that needs the database. A step under way meets the ladder it may be on itself.
    await this.#endAll()
    await this.#loop
    await this.#serial.idle()
    // A process that was being spawned meanwhile.
    await this.#endAll()
    await this.#lease.release(this.#context.database).catch(() => {})
  }

  async #endAll(): Promise<void> {
    await Promise.all(
      [...this.#bots.values()].map(async bot => {
        await bot.stop(this.#context.ladder)
        await this.#lookQuietly(bot.ref)
      }),
    )
  }

  // ── looking: what is read decides, never what led here

  async #look(ref: InstanceRef): Promise<void> {
    const { database, hostName } = this.#context
    const bot = await this.#settle(this.#bots.get(keyOf(ref)))
    if (this.#closing.signal.aborted) return
    const instance = await instanceStore.get(database, ref)
    const foreign = instance === null || (instance.host !== null && instance.host !== hostName)
    if (bot !== undefined && (foreign || instance.epoch !== bot.epoch)) {
      if (await dismissBot(this.#context, bot)) this.#bots.delete(keyOf(ref))
      return
    }
    if (foreign) return
    // Without the right to the host the bots of the worker that has it look like orphans.
    if (bot === undefined) await this.#holdHost(HOST_LEASE_MS)
    if (bot === undefined && mayHaveProcess(instance)) {
      await settleOrphan(this.#context, instance)
      // Its own next step needs a fresh look.
      this.#lookSoon(ref)
      return
    }
    await this.#step(bot === undefined ? instance : await this.#correct(instance, bot), bot)
  }

  /** Stores the end of a bot that has ended, and ends one that is overdue. Gives the bot while it lives. */
  async #settle(bot: BotProcess | undefined): Promise<BotProcess | undefined> {
    if (bot === undefined) return undefined
    if (bot.exit === null) {
      if (bot.overdue === null || this.#closing.signal.aborted) return bot
      if (!(await failBot(this.#context, bot))) return bot
    }
    await settleExit(this.#context, bot)
    this.#bots.delete(keyOf(bot.ref))
    return undefined
  }

  /** Writes what the bot is, where the row says otherwise. */
  async #correct(instance: Instance, bot: BotProcess): Promise<Instance> {
    const actual = truthOf(bot)
    if (instance.actual === actual || instance.actual === 'unknown') return instance
    await report(this.#context, bot.ref, bot.epoch, { actual })
    if (actual === 'running')
      await note(this.#context, {
        type: 'bot-started',
        message: `${bot.ref.botId} runs on ${bot.ref.accountType}.`,
        ref: bot.ref,
        sessionId: bot.sessionId,
        generation: instance.generation,
      })
    return { ...instance, actual }
  }

  async #step(instance: Instance, bot: BotProcess | undefined): Promise<void> {
    const ref = refOf(instance)
    const next = plan(instance, this.#context.clock.now())
    if (next.type === 'start') {
      const started = await startBot(this.#context, instance)
      if (started === null) return
      this.#bots.set(keyOf(ref), started)
      // It may have ended before it was in the map.
      if (started.exit !== null) this.#lookSoon(ref)
    } else if (next.type === 'stop') await this.#stop(instance, bot)
    else if (next.type === 'none' && next.converged && instance.generation > instance.actualGeneration) {
      // Told with the generation as it was read: a change made since is told by the next look.
      bot?.process.send({ type: 'control-changed' })
      const { actual, generation } = instance
      await report(this.#context, ref, instance.epoch, { actual, detail: instance.statusDetail, generation })
    }
  }

  async #stop(instance: Instance, bot: BotProcess | undefined): Promise<void> {
    const { generation, epoch } = instance
    if (bot !== undefined) {
      if (await stopBot(this.#context, bot, generation)) await this.#settle(bot)
      return
    }
    await report(this.#context, instance, epoch, {
      actual: 'stopped',
      process: null,
      generation,
      crashTimes: [],
      restartCount: 0,
    })
  }

  // ── triggers: each only makes a look sooner

  #listenerOf(ref: InstanceRef): BotListener {
    const { database, logger, onHeartbeat } = this.#context
    const store = heartbeatStorer(database, logger, () => this.#lookSoon(ref))
    return {
      onNews: () => this.#lookSoon(ref),
      onHeartbeat: heartbeat => {
        onHeartbeat(heartbeat)
        store(heartbeat)
      },
    }
  }

  #lookSoon(ref: InstanceRef): void {
    void this.#lookQuietly(ref)
  }

  async #lookQuietly(ref: InstanceRef): Promise<void> {
    try {
      await this.reconcile(ref)
    } catch (error) {
      // The next pass looks again.
      this.#context.logger.warn({ ...refOf(ref), error: errorText(error) }, 'step failed')
    }
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#context
    while (!this.#closing.signal.aborted) {
      const trouble = await this.#pass().then(() => '', errorText)
      if (trouble !== '' && trouble !== this.#lastTrouble)
        logger.warn({ error: trouble }, 'worker pass failed')
      this.#lastTrouble = trouble
      await clock.sleep(this.#passMs, this.#closing.signal).catch(() => {})
    }
  }

  async #pass(): Promise<void> {
    const { database, hostName: host } = this.#context
    await this.#holdHost(HOST_LEASE_MS / 3)
    const instances = await instanceStore.list(database, { host })
    const listed = new Set(instances.map(keyOf))
    for (const instance of instances) if (this.#needsLook(instance)) this.#lookSoon(instance)
    // One that is listed no more has another owner.
    for (const [key, bot] of this.#bots) if (!listed.has(key)) this.#lookSoon(bot.ref)
  }

  #needsLook(instance: Instance): boolean {
    const bot = this.#bots.get(keyOf(instance))
    if (bot === undefined && mayHaveProcess(instance)) return true
    if (bot !== undefined) {
      const differs = instance.epoch !== bot.epoch || instance.actual !== truthOf(bot)
      if (differs || bot.exit !== null || bot.overdue !== null) return true
    }
    const next = plan(instance, this.#context.clock.now())
    if (next.type === 'none') return next.converged && instance.generation > instance.actualGeneration
    return next.type !== 'wait'
  }

  /** Renews the right to the host when that was done longer ago. @throws {@link ControlPlaneError} `conflict` */
  async #holdHost(maxAgeMs: number): Promise<void> {
    const at = this.#context.clock.now()
    const ageMs = at - this.#renewedAt
    // A clock that was set back tells nothing of the age.
    if (ageMs >= 0 && ageMs < maxAgeMs) return
    await this.#lease.renew(this.#context.database)
    this.#renewedAt = at
  }

  /** Waits for a worker of this name that may only have lost power; one that renews is a conflict. */
  async #takeHost(): Promise<void> {
    const { clock, closing, logger } = this.#context
    const deadline = clock.now() + HOST_LEASE_MS + 1_000
    for (;;) {
      try {
        return await this.#holdHost(0)
      } catch (error) {
        const hopeful = isControlPlaneError(error, 'conflict') && error.details['elsewhere'] === true
        if (!hopeful || closing.aborted || clock.now() > deadline) throw error
        logger.warn({ error: errorText(error) }, 'waiting for the right to this host')
        await clock.sleep(1_000, closing)
      }
    }
  }
}

function truthOf(bot: BotProcess): 'running' | 'starting' {
  return bot.sessionId === null ? 'starting' : 'running'
}
