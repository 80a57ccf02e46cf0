import type { Heartbeat, InstanceRef } from '../client/contracts.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/connect.ts'
import type { RestartPolicy } from '../hub/backoff.ts'
import { errorText, type Logger } from '../logger.ts'
import { type EventRecord, eventStore } from '../stores/events.ts'
import { type InstanceReport, instanceStore } from '../stores/instances.ts'
import type { BotListener } from './bot-process.ts'
import type { ProcessHost } from './process-host.ts'
import type { StopLadder } from './stop-ladder.ts'
import type { LaunchBot } from './supervisor-options.ts'

/** What the steps of a worker work with. */
export interface StepContext {
  readonly database: Database
  readonly hostName: string
  readonly processHost: ProcessHost
  readonly launch: LaunchBot
  readonly readyTimeoutMs: number
  readonly ladder: StopLadder
  readonly restart: RestartPolicy
  readonly random: () => number
  readonly clock: Clock
  readonly logger: Logger
  /** Aborted once the worker is closing: nothing is started any more. */
  readonly closing: AbortSignal
  /** How to listen to the process of an instance. */
  readonly listen: (ref: InstanceRef) => BotListener
  readonly onHeartbeat: (heartbeat: Heartbeat) => void
  readonly onChange: (ref: InstanceRef) => void
}

/** The instance alone, of anything that names one. */
export function refOf({ botId, accountType }: InstanceRef): InstanceRef {
  return { botId, accountType }
}

/** Key of an instance in maps. */
export function keyOf(ref: InstanceRef): string {
  return `${ref.botId}/${ref.accountType}`
}

/** Writes what was learned, then tells. @throws {@link ControlPlaneError} `fenced`, `not-found`, `database-unavailable` */
export async function report(
  context: StepContext,
  ref: InstanceRef,
  epoch: number,
  learned: InstanceReport,
): Promise<void> {
  await instanceStore.report(context.database, ref, epoch, learned)
  context.onChange(refOf(ref))
}

/** Notes an event. One that cannot be stored is only logged: it must not undo the step it tells of. */
export async function note(context: StepContext, event: EventRecord): Promise<void> {
  try {
    await eventStore.record(context.database, event)
  } catch (error) {
    context.logger.warn({ ...event.ref, type: event.type, error: errorText(error) }, 'event not stored')
  }
}
