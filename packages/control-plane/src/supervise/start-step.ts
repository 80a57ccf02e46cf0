import { randomBytes } from 'node:crypto'
import { errorText } from '../logger.ts'
import { type Instance, instanceStore } from '../stores/instances.ts'
import { type BotProcess, followBot } from './bot-process.ts'
import { noteCrash } from './exit-step.ts'
import type { HostedProcess } from './process-host.ts'
import { note, refOf, report, type StepContext } from './step-context.ts'
import type { BotLaunch, LaunchContext } from './supervisor-options.ts'

/** Claims the instance, starts its process, gives it its secrets. Null when that did not come about; the row says why. */
export async function startBot(context: StepContext, instance: Instance): Promise<BotProcess | null> {
  const ref = refOf(instance)
  const nonce = randomBytes(16).toString('hex')
  const claim = { host: context.hostName, epoch: instance.epoch, nonce }
  const claimed = await instanceStore.claimStart(context.database, ref, claim)
  if (claimed === null) return null
  context.onChange(ref)
  const launch = await prepare(context, claimed, { epoch: claimed.epoch, nonce })
  if (launch === null) return null
  const process = await spawn(context, claimed, launch)
  if (process === null) return null
  await introduce(context, claimed, process)
  const bot = followBot(
    {
      ref,
      epoch: claimed.epoch,
      process,
      readyTimeoutMs: context.readyTimeoutMs,
      lingerMs: context.ladder.askMs,
    },
    context.processHost,
    context.listen(ref),
    context.clock,
  )
  process.send({ ...launch.start, ...ref, type: 'start', epoch: claimed.epoch, nonce })
  context.logger.info({ ...ref, epoch: claimed.epoch, botPid: process.identity.pid }, 'bot process started')
  return bot
}

/** Asks how to start it. Null when the answer is that it cannot be started, or that the worker is closing. */
async function prepare(
  context: StepContext,
  claimed: Instance,
  launchContext: LaunchContext,
): Promise<BotLaunch | null> {
  let launch: BotLaunch
  try {
    launch = await context.launch(refOf(claimed), launchContext)
  } catch (error) {
    await noteRefusal(context, claimed, error)
    return null
  }
  if (!context.closing.aborted) return launch
  await report(context, claimed, claimed.epoch, { actual: 'stopped' })
  return null
}

async function noteRefusal(context: StepContext, claimed: Instance, error: unknown): Promise<void> {
  // The code in front is for programs.
  const detail = errorText(error).replace(/^\[[a-z-]+\] /, '')
  const retryable = (error as { readonly retryable?: unknown } | null)?.retryable
  if (typeof retryable !== 'boolean') return noteCrash(context, claimed, detail)
  const retryAt = context.clock.now() + context.restart.minMs
  await report(
    context,
    claimed,
    claimed.epoch,
    retryable ? { actual: 'crashed', detail, nextRetryAt: retryAt } : { actual: 'failed', detail },
  )
  await note(context, {
    type: retryable ? 'start-postponed' : 'start-refused',
    message: detail,
    ref: refOf(claimed),
    generation: claimed.generation,
  })
}

async function spawn(
  context: StepContext,
  claimed: Instance,
  launch: BotLaunch,
): Promise<HostedProcess | null> {
  const { start: _secrets, ...spec } = launch
  try {
    return await context.processHost.start(spec)
  } catch (error) {
    await noteCrash(context, claimed, errorText(error).replace(/^\[[a-z-]+\] /, ''))
    return null
  }
}

/**
 * Stores which process it is, before it gets its secrets: one that no row knows cannot trade, and is ended here. The row
 * is then left `starting` without a process, which a later look settles like any orphan.
 */
async function introduce(context: StepContext, claimed: Instance, process: HostedProcess): Promise<void> {
  try {
    await report(context, claimed, claimed.epoch, { actual: 'starting', process: process.identity })
  } catch (error) {
    await context.processHost.signal(process.identity, 'SIGKILL')
    throw error
  }
}
