import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeFolder } from './make-folder.ts'

it('makes missing parents, and leaves what exists alone', () => {
  const root = mkdtempSync(join(tmpdir(), 'claw-folder-'))
  try {
    const path = join(root, 'a', 'b')
    expect(makeFolder(path, 0o700)).toEqual([join(root, 'a'), path])
    expect(makeFolder(path, 0o711)).toEqual([])
    expect(statSync(path).mode & 0o777).toBe(0o700)
  } finally {
    rmSync(root, { recursive: true })
  }
})

it.skipIf(platform() !== 'linux')('ends with an error below a file system that takes no folders', () => {
  expect(() => makeFolder('/proc/openclaw/x', 0o700)).toThrow()
  expect(existsSync('/proc/openclaw')).toBe(false)
})
