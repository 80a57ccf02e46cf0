import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { roomOf } from './room.mjs'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-room-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('counts files and folders below in whole blocks', () => {
  mkdirSync(join(folder, 'inner'))
  writeFileSync(join(folder, 'small'), 'x')
  writeFileSync(join(folder, 'inner', 'large'), 'x'.repeat(4097))
  writeFileSync(join(folder, 'empty'), '')
  expect(roomOf(folder)).toBe((1 + 1 + 1 + 2) * 4096)
})

it('counts a file with two names once, and not what a link points to', () => {
  writeFileSync(join(folder, 'program'), 'x'.repeat(8192))
  linkSync(join(folder, 'program'), join(folder, 'again'))
  symlinkSync(join(folder, 'program'), join(folder, 'link'))
  expect(roomOf(folder)).toBe((1 + 2) * 4096)
})
