import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { installReason } from './install.mjs'

let folder = ''
const lock = (path, packages) => writeFileSync(join(folder, path), JSON.stringify({ packages }))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-install-'))
  mkdirSync(join(folder, 'node_modules'))
  lock('package-lock.json', {
    '': {},
    'packages/own': { version: '1.0.0' },
    'node_modules/own': { link: true },
    'node_modules/a': { version: '1.2.3' },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('installReason', () => {
  it('is content when all but optional and own packages are there', () => {
    lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.2.3' } })
    expect(installReason(folder)).toBeUndefined()
  })

  it('names the package whose version differs, with both versions', () => {
    lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.2.2' } })
    expect(installReason(folder)).toBe('node_modules/a is 1.2.2, package-lock.json asks for 1.2.3')
  })

  it('names the package that is missing', () => {
    lock('node_modules/.package-lock.json', {})
    expect(installReason(folder)).toContain('node_modules/a is missing')
  })

  it('wants an install when node_modules is not there or its list is damaged', () => {
    expect(installReason(folder)).toBe('node_modules is missing')
    writeFileSync(join(folder, 'node_modules', '.package-lock.json'), '{')
    expect(installReason(folder)).toContain('cannot be read')
  })
})
