import type { ProcessIdentity } from '../stores/instances.ts'
import type { ToBot } from './protocol.ts'

/** How to start a bot process. Nothing in it is a secret: arguments and environment are readable by others. */
export interface ProcessSpec {
  /** Absolute file, from the registry of the server. */
  readonly entry: string
  /** After the entry. */
  readonly args: readonly string[]
  /** Of node; absent: those of this process. */
  readonly execArgv?: readonly string[]
  /** Absent: that of this process. */
  readonly cwd?: string
  /** Added to the few variables that pass. */
  readonly env?: Readonly<Record<string, string>>
  /** What it prints goes there; null or absent: only the end is kept, in memory. */
  readonly logFile?: string | null
}

/** How a process ended. */
export interface ProcessExit {
  /** Exit code; null after a signal. */
  readonly code: number | null
  /** The signal that ended it. */
  readonly signal: string | null
}

/** A process that a {@link ProcessHost} started. */
export interface HostedProcess {
  /** Fixed from its start. */
  readonly identity: ProcessIdentity
  /** Resolves once it has ended and its output is read. Never rejects. */
  readonly exited: Promise<ProcessExit>
  /** Resolves once its private channel is closed, at the latest with its end. Never rejects. */
  readonly disconnected: Promise<void>
  /** Sends over the private channel; false when that is closed. */
  send(message: ToBot): boolean
  /** Called for each message, unchecked. One listener. */
  onMessage(listener: (message: unknown) => void): void
  /** The end of what it has printed. */
  output(): string
}

/** Where bot processes run: child processes in production, something else elsewhere. */
export interface ProcessHost {
  /** Starts one. @throws {@link ControlPlaneError} `process-failed` */
  start(spec: ProcessSpec): Promise<HostedProcess>
  /** Tells whether exactly this process still runs. */
  isAlive(identity: ProcessIdentity): Promise<boolean>
  /** Signals exactly this process; false when it is gone. */
  signal(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean>
}
