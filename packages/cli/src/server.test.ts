import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { whyMissing } from './server.ts'
import { VERSION } from './version.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-server-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const COMMAND = `npm install @openclaw-trading/reference-server@${VERSION}`

/** What Node itself says where it cannot load the server from a folder. */
function nodeSays(): string {
  writeFileSync(
    join(folder, 'load.mjs'),
    "await import('@openclaw-trading/reference-server').catch(error => console.log(error.message))",
  )
  return execFileSync(process.execPath, ['load.mjs'], { cwd: folder, encoding: 'utf8' })
}

it('tells who has no server the one command that adds it, in the version of claw', () => {
  expect(whyMissing(nodeSays())).toBe(
    `This command runs a server, which a new project does not have: with its PostgreSQL it takes about 100 MB. Add it with "${COMMAND}", and run the command again.`,
  )
})

it('tells who has a server that is not built what is missing of it', () => {
  const server = join(folder, 'node_modules/@openclaw-trading/reference-server')
  mkdirSync(server, { recursive: true })
  writeFileSync(join(server, 'package.json'), '{"type":"module","exports":"./dist/index.js"}')
  const message = whyMissing(nodeSays())
  expect(message).toContain(join(server, 'dist', 'index.js'))
  expect(message).toContain('Run "npm run build" in the repository')
})
