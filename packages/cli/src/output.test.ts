import { expect, it } from 'vitest'
import { CliError } from './errors.ts'
import { jsonFailure, jsonResult } from './output.ts'

it('wraps a result as one line of JSON with its schema and warnings', () => {
  const warnings = [{ code: 'no-trades', message: 'Nothing was traded.' }]
  const text = jsonResult('claw.backtest/1', { trades: 0 }, { warnings, tookMs: 12.6 })
  expect(text.endsWith('}\n')).toBe(true)
  expect(JSON.parse(text)).toEqual({
    schema: 'claw.backtest/1',
    ok: true,
    data: { trades: 0 },
    warnings,
    took_ms: 13,
  })
})

it('tells a failure with its code, what it means, its words, what to do and the exit code', async () => {
  expect(JSON.parse(await jsonFailure(new CliError('usage', 'No such word.'), 2))).toEqual({
    schema: 'claw.error/1',
    ok: false,
    error: {
      code: 'usage',
      title: 'A command, argument or option is missing, unknown or outside its range',
      detail: 'No such word.',
      hint: 'See the help of the command.',
      docs: 'claw explain usage',
      exit: 2,
    },
  })
  const result = { schema: 'claw.check/1', data: { passed: false }, tookMs: 3.2 }
  expect(JSON.parse(await jsonFailure(new CliError('check-failed', 'It peeks.', { result }), 12))).toEqual({
    schema: 'claw.check/1',
    ok: false,
    data: { passed: false },
    warnings: [],
    error: expect.objectContaining({ code: 'check-failed', detail: 'It peeks.', exit: 12 }),
    took_ms: 3,
  })
  expect(JSON.parse(await jsonFailure(new TypeError('x is not a function'), 1)).error).toMatchObject({
    code: 'unexpected',
    detail: 'x is not a function',
    exit: 1,
  })
})

it('takes secrets out of the texts of a failure, and leaves its numbers', async () => {
  const error = new CliError('check-failed', 'The pin is 4711.', {
    result: { schema: 'claw.check/1', data: { rows: 47110 }, tookMs: 1 },
  })
  const line = await jsonFailure(error, 12, { redact: text => text.replaceAll('4711', '[redacted]') })
  expect(JSON.parse(line)).toMatchObject({
    data: { rows: 47110 },
    error: { detail: 'The pin is [redacted].' },
  })
})
