import type { SessionGap } from '@openclaw-trading/bot-engine/parity'
import type { Explanation } from './explanation.ts'

type ParityCode =
  | `recording-${SessionGap['type']}`
  | 'opened-before'
  | 'behind-end'
  | 'venue-assumed'
  | 'other-strategy'
  | 'other-code'

/** What a comparison of a session with its replay is told with. */
export const PARITY_CODES: Readonly<Record<ParityCode, Explanation>> = {
  'recording-torn': {
    cause: 'The recording ends within a record, as after a crash; what is behind the last whole one was cut.',
    fix: 'Nothing: the comparison is of what stands before.',
  },
  'recording-damaged': {
    cause: 'A record does not match its checksum; it and all behind it was cut.',
    fix: 'Copy the file anew, and look after the disk that it lay on.',
  },
  'recording-ended-early': {
    cause:
      'The recording ended before the run: it had reached its size, the disk was full or too slow, or the process was killed.',
    fix: 'The comparison is of what stands before. Free the disk, or record with a larger maxBytes.',
  },
  'recording-absence': {
    cause:
      'For a while the run was not sure of its account or its quotes, e.g. after a lost connection: it opened nothing, and what came meanwhile may not be recorded.',
    fix: 'Trades that differ from then on may come of it. Look at the log of the bot at that time.',
  },
  'recording-lost-quotes': {
    cause: 'Quotes stepped back in time, or had no price; a replay leaves them out.',
    fix: 'A few are usual with some feeds. Many make the comparison worth less.',
  },
  'recording-taken-over': {
    cause:
      'The session began with positions or orders of an earlier one. A replay begins with none, so sizes may differ.',
    fix: 'Compare sessions that begin flat, or believe only what differs in more than the size.',
  },
  'recording-memory': {
    cause:
      'Limits and protections knew of trades and losses before the session, and could block entries for it.',
    fix: 'A missing trade says why its entry was blocked; compare that.',
  },
  'recording-protections': {
    cause: 'The run had protections of your own, which a file cannot hold; they do not act in the replay.',
    fix: 'Put them into the protections of the strategy, which the replay makes anew.',
  },
  'opened-before': {
    cause: 'Trades of positions that an earlier session had opened are not compared.',
    fix: 'Nothing: the recording of that session has their beginning.',
  },
  'behind-end': {
    cause:
      'Trades that the stop of the run closed, or that were closed behind its last quote, are not compared.',
    fix: 'Nothing: a backtest does not know when you stop a bot.',
  },
  'venue-assumed': {
    cause: 'The recording does not say how the venue treats orders, so the replay assumes a latency.',
    fix: 'Name the latency that you measure between decision and fill.',
    example: 'claw parity session.clawses --latency 120',
  },
  'other-strategy': {
    cause: 'The session ran a strategy of another name than the replay.',
    fix: 'Leave the strategy out to replay the one that was recorded.',
    example: 'claw parity session.clawses',
  },
  'other-code': {
    cause: 'The code of the strategy has changed since the session.',
    fix: 'Check out the code of the session to judge the run; otherwise the comparison is of old and new code.',
  },
}
