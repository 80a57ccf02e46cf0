import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createOutputLog } from './output-log.ts'

const dir = mkdtempSync(join(tmpdir(), 'claw-output-'))
afterAll(() => rmSync(dir, { recursive: true }))

it('keeps the end of the output, at most as many bytes as allowed', () => {
  const log = createOutputLog(null, { tailBytes: 10 })
  for (const piece of ['0123456', '789', 'abcdefghijklmn', 'o']) log.append(Buffer.from(piece))
  expect(log.tail()).toBe('fghijklmno')
})

it('appends to its file, which only its owner can read', () => {
  const file = join(dir, 'sub', 'bot.log')
  for (const piece of ['one\n', 'two\n']) {
    const log = createOutputLog(file)
    log.append(Buffer.from(piece))
    log.close()
  }
  expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n')
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
})

it('starts a new file at the limit and keeps the one before it', () => {
  const file = join(dir, 'full.log')
  const log = createOutputLog(file, { fileBytes: 10 })
  for (const piece of ['aaaaaa', 'bbbbbb', 'cccccc']) log.append(Buffer.from(piece))
  log.close()
  expect([readFileSync(file, 'utf8'), readFileSync(`${file}.1`, 'utf8')]).toEqual(['cccccc', 'bbbbbb'])
})

it('goes on without a file that cannot be written', () => {
  const blocked = join(dir, 'a-file')
  writeFileSync(blocked, '')
  const log = createOutputLog(join(blocked, 'bot.log'))
  log.append(Buffer.from('still here'))
  expect(log.tail()).toBe('still here')
  log.close()
})
