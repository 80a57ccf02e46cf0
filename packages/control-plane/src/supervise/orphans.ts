import { type Instance, instanceStore, type ProcessIdentity } from '../stores/instances.ts'
import { sessionStore } from '../stores/sessions.ts'
import { note, refOf, report, type StepContext } from './step-context.ts'
import { climbDown } from './stop-ladder.ts'

const POLL_MS = 25

/** Whether the row speaks of a process. Without one of ours it is an orphan of an earlier worker of this host. */
export function mayHaveProcess(instance: Instance): boolean {
  return ['starting', 'running', 'stopping', 'unknown'].includes(instance.actual)
}

function storedIdentity(instance: Instance): ProcessIdentity | null {
  const { host, bootId, pid, startMark } = instance
  return host === null || bootId === null || pid === null || startMark === null
    ? null
    : { host, bootId, pid, startMark }
}

async function goneWithin(context: StepContext, identity: ProcessIdentity, ms: number): Promise<boolean> {
  const deadline = context.clock.now() + ms
  while (await context.processHost.isAlive(identity)) {
    if (context.clock.now() >= deadline) return false
    await context.clock.sleep(POLL_MS)
  }
  return true
}

function endOrphan(context: StepContext, identity: ProcessIdentity): Promise<boolean> {
  const { processHost, ladder } = context
  return climbDown(
    {
      // Its channel closed when its worker died: that has asked it already.
      ask: () => false,
      signal: name => processHost.signal(identity, name),
      endedWithin: ms => goneWithin(context, identity, ms),
    },
    // It is ending its session by itself, so SIGTERM gets the time of both rungs.
    { ...ladder, termMs: ladder.askMs + ladder.termMs },
  )
}

/**
 * Settles a row that speaks of a process which no worker owns any more. A process that is still the stored one is ended:
 * its channel cannot be opened again, and taking it over without one comes with the HTTP registration of bots. Its
 * session, if still open, becomes `KILLED`; that of a process which was gone already becomes `CRASHED`. Neither counts
 * as a crash of the bot.
 */
export async function settleOrphan(context: StepContext, instance: Instance): Promise<void> {
  const ref = refOf(instance)
  const { epoch, pid } = instance
  const identity = storedIdentity(instance)
  const found = identity !== null && (await context.processHost.isAlive(identity))
  if (found && !(await endOrphan(context, identity))) {
    const detail = `Process ${pid} of an earlier worker lives on after SIGKILL. End it by hand; no other is started before.`
    context.logger.error({ ...ref, pid }, 'orphan survived SIGKILL')
    await report(context, ref, epoch, { actual: 'unknown', detail })
    return
  }
  const detail = describe(pid, found)
  await context.database.transaction(async tx => {
    await sessionStore.closeOpen(tx, ref, {
      status: found ? 'KILLED' : 'CRASHED',
      reason: 'failed',
      detail,
      upToEpoch: epoch,
    })
    await instanceStore.report(tx, ref, epoch, {
      actual: found || instance.actual === 'stopping' ? 'stopped' : 'crashed',
      detail,
      process: null,
    })
  })
  context.onChange(ref)
  context.logger.warn({ ...ref, pid, found }, 'orphan settled')
  await note(context, { type: 'bot-lost', message: detail, ref, sessionId: instance.sessionId })
}

function describe(pid: number | null, found: boolean): string {
  if (pid === null) return 'Its worker ended while it was being started.'
  if (found) return `Process ${pid} was left by an earlier worker and has been ended.`
  return `Process ${pid} and its worker are gone.`
}
