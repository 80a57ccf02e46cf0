import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject, strategyText } from './author-project.ts'
import { startClaw } from './start-claw.ts'

/** Waits once, in its first bar. */
const WAIT = 'if (!waited) { waited = true; const end = Date.now() + 6000; while (Date.now() < end); }'
/** The handler's body in both files. */
const PLACE = String.raw`strategies/\w+\.ts:18`
const WARNED = new RegExp(`⚠ ${PLACE} has run for \\d+ s without giving way`)

let project: AuthorProject
beforeAll(async () => {
  project = await authorProject()
  await project.write('claw.config.ts', 'export default { market: { synthetic: { bars: 1000 } } }\n')
  await project.write('strategies/endless.ts', strategyText('endless', 'for (;;);'))
  await project.write('strategies/slow.ts', `${strategyText('slow', WAIT)}let waited = false\n`)
})
afterAll(() => project.remove())

describe('a handler that never returns', () => {
  it.each(['backtest endless', 'check endless', 'sweep endless --workers 0 --axis period=10:20:5'])(
    'claw %s ends at its --timeout with 124, and names the line',
    async line => {
      // A busy machine takes more than a second to get to the handler.
      const { code, text } = await startClaw(`${line} --timeout 3`, project.dir)
      expect(code).toBe(124)
      expect(text).toMatch(new RegExp(`✘ Ended by --timeout: ${PLACE} has run for \\d+ s`))
      expect(text).not.toContain('debugger')
    },
  )

  it('a program that reads JSON is told of the --timeout as of any', async () => {
    const { code, out } = await project.claw(['backtest', 'endless', '--timeout', '3', '--json'])
    expect(code).toBe(124)
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      error: { code: 'interrupted', detail: expect.stringMatching(PLACE), exit: 124 },
    })
  })

  it('is told with its line, and Ctrl-C ends claw at once then', async () => {
    const { signal, text } = await startClaw('backtest endless', project.dir, (told, interrupt) => {
      if (WARNED.test(told)) interrupt()
    })
    expect(signal).toBe('SIGINT')
    expect(text).toContain('Nothing of the run is kept')
  })
})

describe('a handler that takes long and returns', () => {
  it('is told, and the run ends as it would', async () => {
    const { code, text } = await startClaw('backtest slow --no-check --no-report', project.dir)
    expect(text).toMatch(WARNED)
    expect(text).toContain('Net profit')
    expect(code).toBe(0)
  })

  it('the first Ctrl-C behind it keeps what was done until then', async () => {
    let isAsked = false
    const { code, text } = await startClaw('backtest slow --bars 2000000', project.dir, (told, interrupt) => {
      if (isAsked || !/simulating +\d/.test(told)) return
      isAsked = true
      interrupt()
    })
    expect(text).toMatch(WARNED)
    expect(text).toMatch(/Ended by Ctrl-C after [\d ]+ rows/)
    expect(code).toBe(130)
    const [run = ''] = await readdir(join(project.dir, 'reports'))
    const document = JSON.parse(await readFile(join(project.dir, 'reports', run, 'result.json'), 'utf8'))
    expect(document.market.rows).toBeLessThan(2_000_000)
  })
})
