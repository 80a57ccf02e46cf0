import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseArguments } from './arguments.ts'
import { commandsFor } from './commands/index.ts'
import { takeGlobalOptions } from './global-options.ts'
import { run } from './run.ts'

const PAGES = ['../../../docs/guides/claw.md', '../README.md']

/** The lines of `sh` blocks that call claw, without what stands behind `#`. */
function linesOf(page: string, fence: RegExp): readonly string[] {
  const text = readFileSync(new URL(page, import.meta.url), 'utf8')
  return [...text.matchAll(fence)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map(line => line.replace(/\s+#.*$/, ''))
    .filter(line => line.startsWith('claw '))
}

let folder: string
/** With the configuration that the page names. */
let settings: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-docs-'))
  settings = mkdtempSync(join(tmpdir(), 'claw-docs-'))
  writeFileSync(join(settings, 'claw.euro.config.ts'), '')
})
afterAll(() => {
  for (const made of [folder, settings]) rmSync(made, { recursive: true, force: true })
})

it.each(PAGES.flatMap(page => linesOf(page, /^```sh[^\n]*\n([\s\S]*?)^```/gm)))(
  'understands "%s"',
  async line => {
    const { args } = takeGlobalOptions(line.split(' ').slice(1), settings)
    const commands = await commandsFor(args)
    expect(() => parseArguments(args, '0.1.0', commands)).not.toThrow()
  },
)

it('runs what the page calls runnable, in its order and in an empty folder', async () => {
  const lines = linesOf('../../../docs/guides/claw.md', /^```sh runnable\n([\s\S]*?)^```/gm)
  expect(lines.length).toBeGreaterThan(10)
  for (const line of lines) {
    let err = ''
    const terminal = {
      out: () => {},
      err: (text: string) => {
        err += text
      },
      interactive: false,
      env: { CI: '1' },
      cwd: folder,
      upCommand: 'claw up',
    }
    const code = await run(line.split(' ').slice(1), terminal)
    expect([line, code, code === 0 ? '' : err]).toEqual([line, 0, ''])
  }
}, 60_000)
