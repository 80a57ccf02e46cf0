import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject, strategyText } from './author-project.ts'
import { startClaw } from './start-claw.ts'

/** Nothing is left to happen in the process then, but its --timeout. */
const NEVER = 'await new Promise(() => {})\n'
/** Something is, which takes a day. */
const A_DAY = 'export const rate = await new Promise(resolve => setTimeout(resolve, 86_400_000))\n'
/** What awaits within a function, in a comment or in a text does not wait at the top level. */
const LATER = "// await is here\nexport const later = async () => {\n  await 0\n  return 'await'\n}\n"

let project: AuthorProject
let hung: AuthorProject
beforeAll(async () => {
  ;[project, hung] = await Promise.all([authorProject(), authorProject()])
  await project.write('claw.config.ts', 'export default { market: { synthetic: { bars: 1000 } } }\n')
  await project.write('stuck.ts', `${LATER}${NEVER}${strategyText('stuck')}`)
  await project.write('lib/rate.ts', A_DAY)
  await project.write('lib/rates.mjs', A_DAY.replaceAll('_', ''))
  await project.write('slow.ts', `import { rate } from './lib/rate.ts'\n${strategyText('slow')}void rate\n`)
  const soon = 'await new Promise(resolve => setTimeout(resolve, 300))\n'
  await project.write('soon.ts', `${soon}${strategyText('soon')}`)
  await project.write('search.ts', A_DAY.replace('rate', 'optimiser'))
  await hung.write('claw.config.ts', `${A_DAY}export default {}\n`)
})
afterAll(() => Promise.all([project.remove(), hung.remove()]))

const WAITS = 'stuck.ts was loaded, which waits in line 6 for what has not come'

describe('a module that waits for what never comes', () => {
  it.each([
    'backtest stuck.ts',
    'check stuck.ts',
    'sweep stuck.ts --axis period=10:20:5',
    'walkforward stuck.ts --axis period=10:20:5',
  ])('claw %s ends at its --timeout with 124, and names the line', async line => {
    const { code, text } = await startClaw(`${line} --timeout 1`, project.dir)
    expect(code).toBe(124)
    expect(text).toContain(`✘ Ended by --timeout while ${WAITS}.\n`)
  })

  it('a program that reads JSON is told of the --timeout as of any', async () => {
    const { code, out } = await project.claw(['backtest', 'stuck.ts', '--timeout', '1', '--json'])
    expect(code).toBe(124)
    expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: 'interrupted', exit: 124 } })
  })

  it('ends claw by itself where nothing is left to happen, and is named with its line', async () => {
    const { code, text } = await startClaw('backtest stuck.ts', project.dir)
    expect(code).toBe(3)
    expect(text).toContain(`it came to its end while ${WAITS}, and nothing is left to happen.`)
  })

  it.each([
    ['that the strategy imports', 'backtest slow.ts', () => project, 'slow.ts', 'lib/rate.ts:1'],
    ['of the configuration', 'report list', () => hung, 'claw.config.ts', 'line 1'],
    [
      'of an optimiser',
      'sweep soon.ts --axis period=10:20:5 --search ./search.ts --trials 3',
      () => project,
      'search.ts',
      'line 1',
    ],
  ])('%s is told after 3 s, and the first Ctrl-C ends claw with 130', async (_, line, of, file, place) => {
    let isAsked = false
    const { code, text } = await startClaw(line, of().dir, (told, interrupt) => {
      if (isAsked || !told.includes('Ctrl-C ends claw')) return
      isAsked = true
      interrupt()
    })
    const waits = `${file} was loaded, which waits in ${place} for what has not come`
    expect(text).toContain(`⚠ 3 s have gone while ${waits}. Ctrl-C ends claw.\n`)
    expect(text).toContain(`✘ Ended by Ctrl-C while ${waits}.\n`)
    expect(code).toBe(130)
  })

  it.each([
    ['--timeout 2', 124],
    ['', 130],
  ])('of the strategies of claw up is named, and ends it: %s with %d', async (timeout, expected) => {
    const line = `up --port 0 --strategies lib/rates.mjs --data-dir data ${timeout}`.trim()
    const { code, text } = await startClaw(line, project.dir, (told, interrupt) => {
      if (timeout === '' && /… loading \S*lib\/rates\.mjs\n$/.test(told)) interrupt()
    })
    expect(text).toMatch(/… loading \S*lib\/rates\.mjs\n/)
    expect(code).toBe(expected)
  })

  it('of one that goes on in time nothing is told', async () => {
    const { code, text } = await startClaw(
      'backtest soon.ts --no-check --no-report --timeout 300',
      project.dir,
    )
    expect(code).toBe(0)
    expect(text).not.toContain('was loaded')
  })
})
