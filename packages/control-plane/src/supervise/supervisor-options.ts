import type { Heartbeat, InstanceRef } from '../client/contracts.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/connect.ts'
import type { RestartPolicy } from '../hub/backoff.ts'
import type { Logger } from '../logger.ts'
import type { ProcessHost, ProcessSpec } from './process-host.ts'
import type { BotStart } from './protocol.ts'
import type { StopLadder } from './stop-ladder.ts'

/** How to start one instance. */
export interface BotLaunch extends ProcessSpec {
  /** What the bot is given over the private channel, secrets included. */
  readonly start: Omit<BotStart, 'type' | 'botId' | 'accountType' | 'epoch' | 'nonce'>
}

/** For which start a launch is. */
export interface LaunchContext {
  /** Of the start. */
  readonly epoch: number
  /** Known to worker and process only. */
  readonly nonce: string
}

/**
 * Says how to start an instance, from the registry and the vault. The message of what it throws is shown to people.
 * An error with `retryable: true` is tried again without counting as a crash; one with `retryable: false` waits for a
 * change of desire; any other counts as a crash.
 */
export type LaunchBot = (ref: InstanceRef, context: LaunchContext) => Promise<BotLaunch>

/** Options of `createSupervisor`. */
export interface SupervisorOptions {
  /** Owned by the caller. */
  readonly database: Database
  /** Names this machine; one worker per name. */
  readonly hostName: string
  /** Default: child processes of this one. */
  readonly processHost?: ProcessHost
  /** How to start an instance. */
  readonly launch: LaunchBot
  /** From the start of a process to its `ready`. Default 60 000 ms. */
  readonly readyTimeoutMs?: number
  /** Default 5 s, 2 s, 1 s. */
  readonly stop?: Partial<StopLadder>
  /** Between looks at all instances of this host, which hints only anticipate. Default 1000 ms. */
  readonly passMs?: number
  /** Default 1 s → 60 s, at most 5 restarts in 10 minutes. `maxRestarts` is 0 to 31. */
  readonly restart?: Partial<RestartPolicy>
  /** For the jitter. Default `Math.random`. */
  readonly random?: () => number
  /** Default: the platform's. */
  readonly clock?: Clock
  /** Default: silent. */
  readonly logger?: Logger
  /** Told of each heartbeat over IPC. */
  readonly onHeartbeat?: (heartbeat: Heartbeat) => void
  /** Told after this worker changed the row of an instance. */
  readonly onChange?: (ref: InstanceRef) => void
}

/** A process of a worker. */
export interface RunningBot {
  /** Whose. */
  readonly ref: InstanceRef
  /** Of its start. */
  readonly epoch: number
  /** Of the process. */
  readonly pid: number
  /** Null before it is ready. */
  readonly sessionId: string | null
  /** The end of what it has printed, at most 64 KiB. */
  lastOutput(): string
}

/** A worker: owns the bot processes of one host. */
export interface Supervisor {
  /**
   * Settles what an earlier worker of this host left, then looks at its instances until closed.
   * @throws {@link ControlPlaneError} `conflict` while another worker of this host name runs, `database-unavailable`
   */
  start(): Promise<void>
  /**
   * Looks at one instance now and takes one step; harmless at any time, also for an instance of another host.
   * @throws {@link ControlPlaneError} `database-unavailable`
   */
  reconcile(ref: InstanceRef): Promise<void>
  /** Its processes. */
  running(): readonly RunningBot[]
  /** Ends all its processes by the stop ladder; what should run stays as it is. */
  close(): Promise<void>
}
