import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from './install.mjs'
import { hashOf, isFresh } from './stamps.mjs'

let folder = ''
const input = () => [relative(root, folder)]
const write = (name, text) => writeFileSync(join(folder, name), text)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-stamps-'))
  write('a.ts', 'one')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('hashOf', () => {
  it('stays when a file is only touched', () => {
    const before = hashOf(input())
    utimesSync(join(folder, 'a.ts'), new Date(0), new Date(0))
    expect(hashOf(input())).toBe(before)
  })

  it('changes with the content, the name and the number of files', () => {
    const hashes = new Set([hashOf(input())])
    write('a.ts', 'two')
    hashes.add(hashOf(input()))
    write('b.ts', '')
    hashes.add(hashOf(input()))
    rmSync(join(folder, 'b.ts'))
    write('c.ts', '')
    hashes.add(hashOf(input()))
    expect(hashes.size).toBe(4)
  })

  it('leaves out tests, outputs and installed packages', () => {
    const before = hashOf(input())
    write('a.test.ts', 'one')
    mkdirSync(join(folder, 'dist'))
    write('dist/a.js', 'one')
    expect(hashOf(input())).toBe(before)
  })

  it('is stale when an output is missing', () => {
    expect(isFresh('no-such-target', 'hash', ['no-such-output'])).toBe(false)
  })
})
