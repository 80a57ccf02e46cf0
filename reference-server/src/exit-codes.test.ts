import { EngineError } from '@openclaw-trading/bot-engine'
import { ControlPlaneError } from '@openclaw-trading/control-plane'
import { expect, it } from 'vitest'
import { ServerError } from './errors.ts'
import { exitCodeOf } from './exit-codes.ts'

it.each([
  [new ServerError('config-invalid', ''), 3],
  [new ServerError('unknown-bot', ''), 4],
  [new ServerError('data-dir-unwritable', ''), 5],
  [new ServerError('venue-failed', ''), 9],
  [new ServerError('data-invalid', ''), 10],
  [new ServerError('port-taken', ''), 11],
  [new ServerError('check-failed', ''), 12],
  [new ServerError('bot-failed', '', { exitCode: 7 }), 7],
  [new EngineError('data-missing', ''), 10],
  [new EngineError('not-writable', ''), 5],
  [new EngineError('data-busy', ''), 11],
  [unusable('EROFS'), 5],
  [unusable('ENOENT'), 9],
  [new EngineError('unknown-symbol', ''), 4],
  [new EngineError('invalid-params', ''), 3],
  [new EngineError('handler-failed', ''), 1],
])('%s ends with %d', (error, code) => {
  expect(exitCodeOf(error)).toBe(code)
})

it('takes anything it does not know for a bug', () => {
  expect(exitCodeOf(new TypeError('x'))).toBe(1)
  expect(exitCodeOf('x')).toBe(1)
})

/** An embedded database whose folder the system refuses. */
function unusable(systemCode: string) {
  return new ControlPlaneError('embedded-database-failed', systemCode, { details: { systemCode } })
}
