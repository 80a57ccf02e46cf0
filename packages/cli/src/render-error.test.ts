import { expect, it } from 'vitest'
import { CliError } from './errors.ts'
import { renderError } from './render-error.ts'

it('shows what happened and the code, never a stack', () => {
  const { text, exitCode } = renderError(new CliError('usage', 'Unknown command "x". See claw --help.'), {
    debug: false,
  })
  expect(text).toBe('  ✘ Unknown command "x". See claw --help.\n    code: usage\n')
  expect(exitCode).toBe(2)
})

it('takes the exit code of the packages below', () => {
  const error = new Error('[port-taken] Another program listens on 127.0.0.1:8000.')
  expect(renderError(error, { debug: false, exitCodeOf: () => 11 })).toMatchObject({ exitCode: 11 })
})

it('says of an unexpected error that it is a bug, and how to see more', () => {
  const { text, exitCode } = renderError(new TypeError('x is undefined'), { debug: false })
  expect(text).toContain('Unexpected error: x is undefined')
  expect(text).toContain('Run again with --verbose')
  expect(text).not.toContain('    at ')
  expect(exitCode).toBe(1)
})

it('shows the stack and its cause when asked', () => {
  const { text } = renderError(new Error('[x] y', { cause: new Error('root') }), { debug: true })
  expect(text).toContain('    at ')
  expect(text).toContain('caused by Error: root')
})

it('keeps the lines of a list together', () => {
  expect(
    renderError(new Error('[config-invalid] 2 settings are wrong:\n  - PORT\n  - HOST'), { debug: false })
      .text,
  ).toContain('wrong:\n      - PORT\n      - HOST\n')
})
