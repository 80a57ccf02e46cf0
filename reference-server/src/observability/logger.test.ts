import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createFileLogger, MAX_LOG_BYTES } from './logger.ts'

const dir = mkdtempSync(join(tmpdir(), 'claw-log-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const lines = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)

it('writes nothing, not even a file, before its first line', () => {
  const file = join(dir, 'quiet', 'server.log')
  createFileLogger('warn', 'claw', file).info({}, 'below the level')
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe('')
})

it('writes errors with their message and stack, under either name', () => {
  const file = join(dir, 'server.log')
  const logger = createFileLogger('warn', 'claw', file)
  logger.error({ error: new RangeError('one') }, 'failed')
  logger.warn({ err: new RangeError('two') }, 'healed')
  expect(lines(file)).toMatchObject([
    { error: { message: 'one' }, msg: 'failed' },
    { err: { message: 'two' }, msg: 'healed' },
  ])
})

it('puts a file aside that has grown too large', () => {
  const file = join(dir, 'large.log')
  writeFileSync(file, '')
  truncateSync(file, MAX_LOG_BYTES + 1)
  createFileLogger('warn', 'claw', file).warn({}, 'fresh')
  expect(lines(file)).toMatchObject([{ msg: 'fresh' }])
  expect(existsSync(`${file}.1`)).toBe(true)
})
