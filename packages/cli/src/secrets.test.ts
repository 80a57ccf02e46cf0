import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { redactor } from './secrets.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-secrets-'))
  writeFileSync(join(folder, '.env'), 'CTRADER_CLIENT_SECRET=of-the-file\nCTRADER_ACCOUNT_ID=4711123\n')
  mkdirSync(join(folder, '.ctrader'))
  writeFileSync(join(folder, '.ctrader', 'tokens.json'), '{"accessToken":"access-1","generation":7777777}')
})
afterAll(() => rmSync(folder, { recursive: true }))

it('takes out what the environment, .env and the token file keep secret, and nothing else of them', () => {
  const redact = redactor({ MY_API_TOKEN: 'of-the-env', HOME: '/home/me', SHORT_TOKEN: 'abc' }, folder)
  expect(redact('of-the-file of-the-env access-1 4711123 7777777 /home/me abc')).toBe(
    '[redacted] [redacted] [redacted] 4711123 7777777 /home/me abc',
  )
})

it('takes out the longer of two secrets whole, of which one is in the other', () => {
  const redact = redactor({ A_TOKEN: 'secret-1', B_TOKEN: 'secret-1-and-more' }, folder)
  expect(redact('secret-1-and-more')).toBe('[redacted]')
})

it('takes passwords out of addresses, known or not, and leaves the rest of the address', () => {
  const redact = redactor({ DATABASE_URL: 'postgres://me:hunter22@db/claw' }, folder)
  expect(redact('postgres://me:hunter22@db/claw failed: hunter22')).toBe(
    'postgres://me:[redacted]@db/claw failed: [redacted]',
  )
  expect(redact('https://you:pass@host/x at file:///a/b.ts:3:4')).toBe(
    'https://you:[redacted]@host/x at file:///a/b.ts:3:4',
  )
})

it('leaves the file and the address that a token comes from', () => {
  const env = { CTRADER_TOKEN_FILE: '.ctrader/tokens.json', CTRADER_TOKEN_URL: 'https://host/token' }
  expect(redactor(env, folder)('.ctrader/tokens.json https://host/token')).toBe(
    '.ctrader/tokens.json https://host/token',
  )
})

it('takes out a secret as JSON and as an address have it, and each line of one that has several', () => {
  const secret = 'a "b\\c" & d \ud800'
  const key = '-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END KEY-----\n'
  const redact = redactor({ WEB_SECRET: secret, PRIVATE_KEY: key }, folder)
  expect(redact(JSON.stringify({ detail: `refused: ${secret}` }))).toBe('{"detail":"refused: [redacted]"}')
  expect(redact(`https://host/x?q=${encodeURIComponent(secret.replace('\ud800', '\ufffd'))}`)).toBe(
    'https://host/x?q=[redacted]',
  )
  expect(redact(`refused: ${key}`.replaceAll('\n', '\n    '))).not.toMatch(/MIIE|Bgkq/)
})

it.each(['DB_PASS', 'MYSQL_PWD', 'KEY_PASSPHRASE', 'AWS_SECRET_ACCESS_KEY', 'BROKER_ACCESS_KEY'])(
  'takes out the value of %s',
  name => expect(redactor({ [name]: 'of-the-env' }, folder)('of-the-env')).toBe('[redacted]'),
)

it('leaves the folder that PWD and OLDPWD name', () => {
  const env = { PWD: '/home/me', OLDPWD: '/home/you' }
  expect(redactor(env, folder)('/home/me /home/you')).toBe('/home/me /home/you')
})
