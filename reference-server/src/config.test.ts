import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CONFIG_KEYS, childEnvironment, isDebug, readConfig } from './config.ts'
import { isServerError } from './errors.ts'

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env, '/srv')
  } catch (error) {
    if (isServerError(error, 'config-invalid')) return error.issues.map(issue => issue.message)
    throw error
  }
  return []
}

describe('readConfig', () => {
  it('has safe defaults: this machine only, simulated venue, embedded database', () => {
    expect(readConfig({}, '/srv')).toEqual({
      port: 8000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      environment: 'simulated',
      dataDir: '/srv/.claw',
      seed: 1,
      logLevel: 'warn',
      quoteSilence: { staleAfterMs: 60_000, keptBackAfterMs: 60_000 },
      recordSessions: false,
      debug: false,
    })
  })

  it('takes an empty value as not set', () => {
    expect(readConfig({ DATABASE_URL: '', PORT: '' }, '/srv').port).toBe(8000)
  })

  it('cannot be changed after it was read', () => {
    expect(Object.isFrozen(readConfig({}, '/srv'))).toBe(true)
  })

  it('tells every problem at once, each with its variable', () => {
    const problems = problemsOf({
      PORT: '80x',
      CTRADER_ENVIRONMENT: 'live',
      DATABASE_URL: 'mysql://me:secret@h/d',
      CLAW_LOG_LEVEL: 'loud',
    })
    expect(problems).toHaveLength(4)
    expect(problems.map(text => text.split('=')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'CTRADER_ENVIRONMENT',
      'CLAW_LOG_LEVEL',
    ])
  })

  it('never repeats a database password', () => {
    expect(problemsOf({ DATABASE_URL: 'mysql://me:secret@h/d' }).join()).not.toContain('secret')
  })

  it.each(['-1', '65536', '1.5', '8e3'])('refuses the port %s', port => {
    expect(problemsOf({ PORT: port })).toEqual([
      expect.stringContaining(`PORT="${port}" must be a whole number from 0 to 65535`),
    ])
  })

  it('takes how long a feed may be without a price, from a second to an hour', () => {
    const env = { CLAW_QUOTES_STALE_AFTER_MS: '20000', CLAW_QUOTES_KEPT_BACK_AFTER_MS: '3600000' }
    expect(readConfig(env, '/srv').quoteSilence).toEqual({ staleAfterMs: 20_000, keptBackAfterMs: 3_600_000 })
    const wrong = { CLAW_QUOTES_STALE_AFTER_MS: '999', CLAW_QUOTES_KEPT_BACK_AFTER_MS: '1h' }
    expect(problemsOf(wrong)).toEqual(
      Object.keys(wrong).map(key => expect.stringMatching(`${key}=.* from 1000 to 3600000`)),
    )
  })

  it('records sessions when it is told so in a word', () => {
    expect(readConfig({ CLAW_RECORD_SESSIONS: 'yes' }, '/srv').recordSessions).toBe(true)
    expect(problemsOf({ CLAW_RECORD_SESSIONS: 'true' })).toEqual([
      expect.stringContaining('CLAW_RECORD_SESSIONS="true" must be yes or no'),
    ])
  })

  it('refuses to listen beyond this machine, and says why', () => {
    expect(problemsOf({ HOST: '0.0.0.0' })).toEqual([expect.stringContaining('there is no sign-in yet')])
  })

  it.each(['demo', 'live'])('refuses CTRADER_ENVIRONMENT=%s for now', value => {
    expect(problemsOf({ CTRADER_ENVIRONMENT: value })).toEqual([
      expect.stringContaining('simulated venue only'),
    ])
  })

  it('refuses an unknown CLAW_ variable with the nearest known one', () => {
    expect(problemsOf({ CLAW_DATADIR: 'x' })).toEqual([
      'CLAW_DATADIR is not a setting. Did you mean CLAW_DATA_DIR?',
    ])
  })

  it('leaves CLAW_TEST_ variables and those of others alone', () => {
    expect(problemsOf({ CLAW_TEST_REQUIRE: 'all', PATH: '/bin' })).toEqual([])
  })
})

it('.env.example lists exactly the settings', () => {
  const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
  const listed = text.split('\n').flatMap(line => /^([A-Z_]+)=/.exec(line)?.[1] ?? [])
  expect(listed.toSorted()).toEqual([...CONFIG_KEYS].toSorted())
})

it('.env.example states the defaults', () => {
  const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
  const values = Object.fromEntries(
    text.split('\n').flatMap(line => {
      const match = /^([A-Z_]+)=(.*)$/.exec(line)
      return match === null ? [] : [[match[1], match[2]]]
    }),
  )
  expect(readConfig(values, '/srv')).toEqual(readConfig({}, '/srv'))
})

it('gives child processes no secret', () => {
  const env = childEnvironment({
    PATH: '/bin',
    DATABASE_URL: 'postgres://me:secret@h/d',
    CTRADER_CLIENT_SECRET: 's',
    CLAW_MASTER_KEY: 'k',
  })
  expect(env).toEqual({ PATH: '/bin' })
})

it.each([
  ['claw:*', true],
  ['claw', true],
  ['*', true],
  ['express,claw:bot', true],
  ['express:*', false],
  ['', false],
])('DEBUG=%s shows stack traces: %s', (value, shown) => {
  expect(isDebug(value)).toBe(shown)
})
