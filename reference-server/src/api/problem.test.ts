import { ControlPlaneError } from '@openclaw-trading/control-plane'
import { HTTPException } from 'hono/http-exception'
import { expect, it } from 'vitest'
import { ServerError } from '../errors.ts'
import { problemFrom } from './problem.ts'

it.each([
  [new ControlPlaneError('not-found', 'There is no session s9.'), 404, 'not-found'],
  [new ControlPlaneError('fenced', 'Epoch 3 is older than 4.'), 409, 'fenced'],
  [new ControlPlaneError('database-unavailable', 'It does not answer.'), 503, 'database-unavailable'],
  [new ServerError('unknown-bot', 'There is no bot S99.'), 404, 'unknown-bot'],
  [new HTTPException(400, { message: 'Malformed JSON in request body' }), 400, 'invalid-payload'],
  [new HTTPException(413), 413, 'payload-too-large'],
])('answers %s with %d', (error, status, code) => {
  expect(problemFrom(error)).toMatchObject({ status, code, type: `urn:openclaw-trading:problem:${code}` })
})

it('lists every problem of parameters', () => {
  const issues = [
    { path: 'period', message: 'too small' },
    { path: 'riskPercent', message: 'too big' },
  ]
  expect(problemFrom(new ServerError('invalid-params', 'Two are wrong.', { issues }))).toMatchObject({
    status: 422,
    issues,
  })
})

it('says the sentence without repeating its code', () => {
  expect(problemFrom(new ServerError('unknown-bot', 'There is no bot S99.')).detail).toBe(
    'There is no bot S99.',
  )
})

it('lets nothing internal out of an unexpected error', () => {
  const problem = problemFrom(new TypeError('secret at /srv/claw/x.ts'))
  expect(problem).toMatchObject({ status: 500, code: 'internal-error' })
  expect(JSON.stringify(problem)).not.toContain('secret')
})

it('does not take the code of a foreign error for one of ours', () => {
  expect(problemFrom(Object.assign(new Error('x'), { code: 'not-found' })).status).toBe(500)
})
