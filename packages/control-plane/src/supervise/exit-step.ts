import { decideRestart } from '../hub/backoff.ts'
import { isControlPlaneError } from '../errors.ts'
import { errorText } from '../logger.ts'
import { type Instance, instanceStore } from '../stores/instances.ts'
import { sessionStore } from '../stores/sessions.ts'
import type { BotProcess } from './bot-process.ts'
import { type BotOutcome, judgeExit } from './outcome.ts'
import { note, refOf, report, type StepContext } from './step-context.ts'

/**
 * Ends a bot by the ladder because it should not run. Gives false when it lives on; the row then says `unknown`, and the
 * next look tries again.
 * @param generation - Of the desire this is done for; null when it is not done for one.
 */
export async function stopBot(
  context: StepContext,
  bot: BotProcess,
  generation: number | null,
): Promise<boolean> {
  const { ref, epoch } = bot
  const learned = { actual: 'stopping', ...(generation === null ? {} : { generation }) } as const
  // The process ends whether or not the row can say so.
  const told = report(context, ref, epoch, learned).catch(error =>
    context.logger.warn({ ...ref, error: errorText(error) }, 'stopping not stored'),
  )
  const ended = await bot.stop(context.ladder)
  await told
  if (!ended) await noteSurvival(context, bot)
  return ended
}

/** Ends a bot by the ladder because of its own failure. As {@link stopBot}. */
export async function failBot(context: StepContext, bot: BotProcess): Promise<boolean> {
  const ended = await bot.fail(context.ladder)
  if (!ended) await noteSurvival(context, bot)
  return ended
}

async function noteSurvival(context: StepContext, bot: BotProcess): Promise<void> {
  const { ref, epoch, process } = bot
  const detail = `Process ${process.identity.pid} lives on after SIGKILL. End it by hand; no other is started before.`
  context.logger.error({ ...ref, botPid: process.identity.pid }, 'process survived SIGKILL')
  await report(context, ref, epoch, { actual: 'unknown', detail })
  await note(context, { type: 'bot-survived', message: detail, ref, sessionId: bot.sessionId })
}

/** Ends a bot whose instance has a newer owner, and leaves the row to that one. */
export async function dismissBot(context: StepContext, bot: BotProcess): Promise<boolean> {
  const { ref, epoch } = bot
  context.logger.warn({ ...ref, epoch }, 'bot fenced')
  if (!(await bot.stop(context.ladder))) return false
  await sessionStore.closeOpen(context.database, ref, {
    status: 'KILLED',
    reason: 'lease-lost',
    detail: 'A newer process owns the instance.',
    upToEpoch: epoch,
  })
  return true
}

/** Stores what the end of a process means. May be repeated after a failure. */
export async function settleExit(context: StepContext, bot: BotProcess): Promise<void> {
  const { ref, epoch } = bot
  const outcome = judgeExit(bot)
  context.logger.info({ ...ref, epoch, exit: bot.exit, outcome: outcome.type }, 'bot process ended')
  try {
    await closeSession(context, bot, outcome)
    const instance = await instanceStore.get(context.database, ref)
    if (instance?.epoch !== epoch) return
    if (outcome.type === 'crashed') return await noteCrash(context, instance, outcome.detail)
    const { detail } = outcome
    await report(context, ref, epoch, {
      actual: 'stopped',
      detail,
      process: null,
      crashTimes: [],
      restartCount: 0,
    })
    await note(context, {
      type: 'bot-stopped',
      message: detail || `${ref.botId} was stopped on ${ref.accountType}.`,
      ref,
      sessionId: bot.sessionId,
      generation: instance.generation,
    })
  } catch (error) {
    if (!isControlPlaneError(error, 'fenced')) throw error
    context.logger.warn({ ...ref, epoch }, 'end of a fenced bot')
  }
}

async function closeSession(context: StepContext, bot: BotProcess, outcome: BotOutcome): Promise<void> {
  const { sessionStatus: status, detail } = outcome
  if (outcome.final !== null && bot.sessionId !== null)
    // A final end also sets the desire; the bot has done both already, unless the API did not answer it.
    await sessionStore.end(context.database, {
      sessionId: bot.sessionId,
      status,
      reason: outcome.final,
      detail: detail.slice(0, 2000),
    })
  await sessionStore.closeOpen(context.database, bot.ref, {
    status,
    reason: outcome.type === 'stopped' ? 'requested' : 'failed',
    detail: detail === '' ? null : detail,
    upToEpoch: bot.epoch,
  })
}

/** Lets the restart policy judge, and stores when it is started again, or that it is not. */
export async function noteCrash(context: StepContext, instance: Instance, detail: string): Promise<void> {
  const { clock, random, restart, logger } = context
  const ref = refOf(instance)
  const decision = decideRestart(instance.crashTimes, clock.now(), random, restart)
  const { crashTimes, restartCount } = decision
  const failed = decision.type === 'give-up'
  const text = failed ? `${detail} ${describeGivingUp(crashTimes.length, restart.windowMs)}` : detail
  await report(context, ref, instance.epoch, {
    actual: failed ? 'failed' : 'crashed',
    detail: text,
    process: null,
    crashTimes,
    restartCount,
    nextRetryAt: failed ? null : decision.retryAt,
  })
  logger[failed ? 'error' : 'warn']({ ...ref, detail, restartCount }, failed ? 'bot failed' : 'bot crashed')
  await note(context, {
    type: failed ? 'bot-failed' : 'bot-crashed',
    message: text,
    ref,
    sessionId: instance.sessionId,
    generation: instance.generation,
    fields: { restartCount },
  })
}

function describeGivingUp(crashes: number, windowMs: number): string {
  const times = crashes === 1 ? 'That was once' : `That was ${crashes} times`
  return `${times} in ${Math.round(windowMs / 60_000)} minutes, so it is not started again. Correct the cause, then set its status anew.`
}
