import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AuthorProject, authorProject, strategyText } from './author-project.ts'
import { startClaw } from './start-claw.ts'

let project: AuthorProject
beforeAll(async () => {
  project = await authorProject()
  await project.write('claw.config.ts', 'export default { market: { synthetic: { bars: 1000 } } }\n')
  await project.write('strategies/holder.ts', strategyText('holder'))
})
afterAll(() => project.remove())

it('the first Ctrl-C ends a backtest with 130, and the report is of what was done until then', async () => {
  let isAsked = false
  const { code, text } = await startClaw('backtest holder --bars 2000000', project.dir, (told, interrupt) => {
    // Each progress line is told; a second Ctrl-C would end it at once.
    if (!isAsked && /simulating +\d/.test(told)) interrupt()
    isAsked ||= /simulating +\d/.test(told)
  })
  expect(code).toBe(130)
  const [, rows = ''] = /Ended by Ctrl-C after ([\d ]+) rows/.exec(text) ?? []
  expect(Number(rows.replaceAll(' ', ''))).toBeGreaterThan(0)
  expect(Number(rows.replaceAll(' ', ''))).toBeLessThan(2_000_000)
  expect(text).toMatch(/Net profit +[▲▼]/)
  const [run = ''] = await readdir(join(project.dir, 'reports'))
  const document = JSON.parse(await readFile(join(project.dir, 'reports', run, 'result.json'), 'utf8'))
  expect(document.market.rows).toBe(Number(rows.replaceAll(' ', '')))
})

it.each([
  ['check holder --bars 300000', /checking +\d|checking.*\d+ *%/],
  ['backtest lucky --bars 300000 --no-report', /simulated [\d ]+ rows/],
])(
  'the first Ctrl-C ends the checks of claw %s with 130, and what was found is told as a part',
  async (line, at) => {
    await project.write(
      'strategies/lucky.ts',
      strategyText(
        'lucky',
        'if (!ctx.position && Math.random() < 2) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(50) } })',
      ),
    )
    let runsTold = 0
    const { code, text } = await startClaw(line, project.dir, (told, interrupt) => {
      if (at.test(told) && runsTold++ === 0) interrupt()
    })
    expect(code).toBe(130)
    expect(text).toMatch(/The checks were ended by Ctrl-C after \d+ runs?: what was found until then is told/)
    expect(text).toMatch(/checks {2}look-ahead \?.*async code \?/)
  },
)

it('the second Ctrl-C ends it at once with 130, and says that nothing was written', async () => {
  const before = await readdir(join(project.dir, 'reports')).catch(() => [])
  let sent = 0
  const { code, text } = await startClaw(
    'backtest holder --bars 2000000 --no-check',
    project.dir,
    (told, interrupt) => {
      if (sent === 0 && /simulating +\d/.test(told)) {
        sent = 1
        interrupt()
      }
      // It has heard of the first, and is at work on the report.
      if (sent === 1 && told.includes('  simulated ')) {
        sent = 2
        interrupt()
      }
    },
  )
  expect(code).toBe(130)
  expect(text).toMatch(/Ended at once\. The partial result was not written\./)
  expect(await readdir(join(project.dir, 'reports'))).toEqual(before)
})

it('with --watch it runs again on each save, waits after a mistake, and leaves no report', async () => {
  let step = 0
  const reports = await readdir(join(project.dir, 'reports'))
  const { code, text } = await startClaw('backtest holder --watch', project.dir, (told, interrupt) => {
    const waits = told.split('q ends').length - 1
    if (waits <= step) return
    step = waits
    if (step === 1) void project.write('strategies/holder.ts', 'export const holder = (\n')
    if (step === 2) void project.write('strategies/holder.ts', strategyText('holder', 'void ctx'))
    if (step === 3) interrupt()
  })
  expect(code).toBe(130)
  expect(text).toMatch(
    /Trades \(won\) +[1-9][\s\S]*holder\.ts cannot be loaded:[\s\S]*0 trades in 1 000 rows/,
  )
  expect(await readdir(join(project.dir, 'reports'))).toEqual(reports)
})

it('with --watch it runs again when a file is saved that the strategy imports by way of another', async () => {
  const rule = (lots: string) => `export const size: number = ${lots}\n`
  await rm(join(project.dir, 'shared'), { recursive: true, force: true })
  await project.write('shared/size.ts', rule('0.1'))
  await project.write('shared/rules.ts', "export { size } from './size.js'\n")
  const text = strategyText(
    'imported',
    'if (!ctx.position) ctx.buy({ volume: lots(size), stopLoss: { pips: pips(50) } })',
  )
  await project.write('strategies/imported.ts', `import { size } from '../shared/rules.ts'\n${text}`)
  let step = 0
  const { code, text: told } = await startClaw(
    'backtest imported --watch --json',
    project.dir,
    (seen, interrupt) => {
      const waits = seen.split('q ends').length - 1
      if (waits <= step) return
      step = waits
      if (step === 1) void project.write('shared/size.ts', rule('0.2'))
      if (step === 2) void project.write('shared/rules.ts', "export { size } from './gone.ts'\n")
      if (step === 3) void project.write('shared/gone.ts', rule('0.3'))
      if (step === 4) interrupt()
    },
  )
  expect(code).toBe(130)
  expect(told).toContain('watching strategies/imported.ts and 2 files that it imports · q ends')
  expect(told).toMatch(/imported\.ts cannot be loaded:.*gone\.ts/)
  const lines = told.split('\n').flatMap(line => (line.startsWith('{') ? [JSON.parse(line)] : []))
  expect(lines.map(({ schema }) => schema)).toEqual([
    'claw.backtest/1',
    'claw.backtest/1',
    'claw.error/1',
    'claw.backtest/1',
  ])
  const figures = lines.flatMap(({ ok, data }) => (ok ? [data] : []))
  const gross = figures.map(({ parts }) => parts[0].metrics.netProfit.minor as number)
  expect(new Set(figures.map(({ codeHash }) => codeHash)).size).toBe(3)
  expect(gross[1]! / gross[0]!).toBeCloseTo(2, 1)
  expect(gross[2]! / gross[0]!).toBeCloseTo(3, 1)
})
