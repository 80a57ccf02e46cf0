import type { SessionStatus } from '../client/contracts.ts'
import type { BotProcess } from './bot-process.ts'

/** An end after which a restart would only do the same again: the desire becomes `stopped`. */
export type FinalReason = 'data-ended' | 'risk-limit'

/** What the end of a bot process means. */
export interface BotOutcome {
  /** `stopped` was wanted or is final; `crashed` goes to the restart policy. */
  readonly type: 'stopped' | 'crashed'
  /** Set when the bot ended by itself and for good. */
  readonly final: FinalReason | null
  /** For a session that the bot has left open. */
  readonly sessionStatus: Exclude<SessionStatus, 'RUNNING'>
  /** A sentence for people; empty after a wanted, orderly stop. */
  readonly detail: string
}

const FINAL_DETAILS: Readonly<Record<FinalReason, string>> = {
  'data-ended': 'The data has ended.',
  'risk-limit': 'A risk limit was reached.',
}

function isFinal(reason: string): reason is FinalReason {
  return reason in FINAL_DETAILS
}

type EndedBot = Pick<BotProcess, 'exit' | 'lastWord' | 'stopRequested' | 'rung' | 'overdue'> & {
  readonly process: Pick<BotProcess['process'], 'output'>
}

/** Judges the end of a bot process. */
export function judgeExit(bot: EndedBot): BotOutcome {
  const { lastWord } = bot
  // One that was ended by us for not leaving has said all the same why it was about to.
  const orderly = lastWord?.type === 'ended' && (bot.exit?.code === 0 || bot.overdue !== null)
  if (orderly && isFinal(lastWord.reason))
    return {
      type: 'stopped',
      final: lastWord.reason,
      sessionStatus: 'COMPLETED',
      detail: FINAL_DETAILS[lastWord.reason],
    }
  if (bot.stopRequested)
    return {
      type: 'stopped',
      final: null,
      sessionStatus: orderly ? 'COMPLETED' : 'KILLED',
      detail: describeStop(bot),
    }
  return {
    type: 'crashed',
    final: null,
    sessionStatus: bot.overdue === null ? 'CRASHED' : 'KILLED',
    detail: describeCrash(bot),
  }
}

function describeStop(bot: EndedBot): string {
  if (bot.lastWord?.type === 'failed') return bot.lastWord.message
  return bot.rung === 'kill' ? 'It did not end when asked, nor on SIGTERM, and was killed.' : ''
}

function describeCrash(bot: EndedBot): string {
  if (bot.lastWord?.type === 'failed') return bot.lastWord.message
  if (bot.overdue !== null) return bot.overdue
  if (bot.lastWord?.type === 'ended' && bot.exit?.code === 0)
    return `It ended by itself: ${bot.lastWord.reason}.`
  const how = bot.exit?.signal != null ? `by ${bot.exit.signal}` : `with exit code ${bot.exit?.code ?? '?'}`
  const said = findReason(bot.process.output())
  return said === '' ? `The process ended ${how}.` : `The process ended ${how}; it last printed: ${said}`
}

// `Error: …` or `TypeError [ERR_X]: …`, as node prints what was not caught; the lines after it are frames.
const ERROR_LINE = /^(?:Uncaught )?[\w.]*Error(?: \[\w+\])?: /

function findReason(output: string): string {
  const lines = output
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  const reason = lines.findLast(line => ERROR_LINE.test(line)) ?? readLine(lines.at(-1) ?? '')
  return reason.slice(0, 300)
}

// Of pino: what is below a warning tells what went well, hence not why the process ended.
const WARN_LEVEL = 40

/** The text of a printed line; of a JSON log line its message and error, and nothing when it is no warning. */
function readLine(line: string): string {
  if (!line.startsWith('{')) return line
  let log: { level?: unknown; msg?: unknown; error?: unknown; err?: unknown }
  try {
    log = JSON.parse(line)
  } catch {
    return line
  }
  if (typeof log.msg !== 'string') return line
  if (typeof log.level === 'number' && log.level < WARN_LEVEL) return ''
  const error = log.error ?? log.err
  const why = typeof error === 'string' ? error : Object(error).message
  return typeof why === 'string' && why !== '' ? `${log.msg}: ${why}` : log.msg
}
