import { expect, it } from 'vitest'
import { judgeExit } from './outcome.ts'

type EndedBot = Parameters<typeof judgeExit>[0]
const bot = (more: Partial<EndedBot>, output = ''): EndedBot => ({
  exit: { code: 0, signal: null },
  lastWord: null,
  stopRequested: false,
  rung: null,
  overdue: null,
  process: { output: () => output },
  ...more,
})
const ended = (reason: string) => ({ type: 'ended', reason }) as const
const failed = { type: 'failed', code: 'x', message: 'The token has expired.' } as const

it('takes an orderly stop for what was wanted', () => {
  expect(judgeExit(bot({ stopRequested: true, rung: 'ask', lastWord: ended('requested') }))).toEqual({
    type: 'stopped',
    final: null,
    sessionStatus: 'COMPLETED',
    detail: '',
  })
})

it('closes a session as killed when the bot had to be signalled', () => {
  const killed = bot({ stopRequested: true, rung: 'kill', exit: { code: null, signal: 'SIGKILL' } })
  expect(judgeExit(killed)).toMatchObject({ type: 'stopped', sessionStatus: 'KILLED' })
  const terminated = bot({ stopRequested: true, rung: 'term', exit: { code: null, signal: 'SIGTERM' } })
  expect(judgeExit(terminated)).toMatchObject({ type: 'stopped', sessionStatus: 'KILLED', detail: '' })
})

it('keeps the word of a bot that failed while it was stopped', () => {
  const stopped = bot({ stopRequested: true, rung: 'ask', exit: { code: 1, signal: null }, lastWord: failed })
  expect(judgeExit(stopped)).toMatchObject({
    type: 'stopped',
    sessionStatus: 'KILLED',
    detail: failed.message,
  })
})

it.each(['data-ended', 'risk-limit'])('takes %s for final', reason => {
  expect(judgeExit(bot({ lastWord: ended(reason) }))).toMatchObject({
    type: 'stopped',
    final: reason,
    sessionStatus: 'COMPLETED',
  })
})

it('takes a final end for final also when the process had to be helped out', () => {
  const helped = bot({
    lastWord: ended('data-ended'),
    overdue: 'It …',
    exit: { code: null, signal: 'SIGTERM' },
  })
  expect(judgeExit(helped)).toMatchObject({ type: 'stopped', final: 'data-ended' })
})

it.each([
  ['an exit without a word', bot({}), 'The process ended with exit code 0.'],
  [
    'a signal from elsewhere',
    bot({ exit: { code: null, signal: 'SIGSEGV' } }),
    'The process ended by SIGSEGV.',
  ],
  ['a last word', bot({ lastWord: failed, exit: { code: 1, signal: null } }), failed.message],
  ['a last word with exit code 0', bot({ lastWord: failed }), failed.message],
  ['an end that nobody asked for', bot({ lastWord: ended('requested') }), 'It ended by itself: requested.'],
  [
    'data that ended with exit code 1',
    bot({ lastWord: ended('data-ended'), exit: { code: 1, signal: null } }),
    'The process ended with exit code 1.',
  ],
])('takes %s for a crash', (_what, crashed, detail) => {
  expect(judgeExit(crashed)).toEqual({ type: 'crashed', final: null, sessionStatus: 'CRASHED', detail })
})

it('closes the session of an overdue bot as killed', () => {
  const overdue = bot({ overdue: 'It was not ready within 5 ms.', exit: { code: null, signal: 'SIGTERM' } })
  expect(judgeExit(overdue)).toMatchObject({
    type: 'crashed',
    sessionStatus: 'KILLED',
    detail: overdue.overdue,
  })
})

it('finds the error in what node prints of one that was not caught', () => {
  const output =
    '{"level":30}\n/bot.ts:3\n  throw new X\n\nTypeError [ERR_X]: boom\n    at bot.ts:3\n\nNode.js v20\n'
  expect(judgeExit(bot({ exit: { code: 1, signal: null } }, output)).detail).toBe(
    'The process ended with exit code 1; it last printed: TypeError [ERR_X]: boom',
  )
})

it.each([
  ['a warning', '{"level":40,"pid":7,"msg":"queue full"}', '; it last printed: queue full'],
  [
    'an error',
    '{"level":50,"error":{"message":"no quote"},"msg":"failed"}',
    '; it last printed: failed: no quote',
  ],
  ['a text as error', '{"level":50,"err":"no quote","msg":"failed"}', '; it last printed: failed: no quote'],
  ['a line that tells what went well', '{"level":30,"msg":"bot ready"}', '.'],
  ['JSON that is no log', '{"a":1}', '; it last printed: {"a":1}'],
  ['half a line', '{"level":50,"ms', '; it last printed: {"level":50,"ms'],
])('reads %s of a log for people', (_what, line, said) => {
  expect(judgeExit(bot({}, `first\n${line}\n`)).detail).toBe(`The process ended with exit code 0${said}`)
})

it('quotes at most 300 characters of the last line', () => {
  const { detail } = judgeExit(bot({}, `first\n${'x'.repeat(1_000)}\n\n`))
  expect(detail).toBe(`The process ended with exit code 0; it last printed: ${'x'.repeat(300)}`)
})
