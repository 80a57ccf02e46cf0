import { EngineError } from '@openclaw-trading/bot-engine'
import { expect, it } from 'vitest'
import { describeFailure } from './failure.ts'

it('tells of a strategy that throws with its own words, and no stack', () => {
  const cause = new TypeError('bands.upper is undefined')
  const failure = describeFailure(
    new EngineError('handler-failed', 'onBar of "s03" threw. Correct it.', { cause }),
  )
  expect(failure).toMatchObject({ code: 'handler-failed', exitCode: 1 })
  expect(failure.message).toContain('TypeError: bands.upper is undefined')
  expect(failure.message).not.toContain('    at ')
})

it('recognises a refused login, also below another error', () => {
  const cause = Object.assign(new Error('[request-refused] CH_CLIENT_AUTH_FAILURE: wrong secret.'), {
    name: 'CTraderError',
    code: 'request-refused',
  })
  const failure = describeFailure(new EngineError('broker-unavailable', 'No connection.', { cause }))
  expect(failure).toMatchObject({ code: 'login-refused', exitCode: 7 })
})

it('gives an unknown symbol the exit code of things not found', () => {
  expect(describeFailure(new EngineError('unknown-symbol', 'The broker has no XAUUSDX.'))).toMatchObject({
    code: 'unknown-symbol',
    exitCode: 4,
  })
})

it('calls an unexpected error a bug', () => {
  expect(describeFailure(new RangeError('x'))).toMatchObject({ code: 'unexpected', exitCode: 1 })
})
