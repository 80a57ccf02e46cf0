import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject, strategyText } from './author-project.ts'

let project: AuthorProject
let bare: AuthorProject
beforeAll(async () => {
  ;[project, bare] = await Promise.all([authorProject(), authorProject()])
  await project.write('claw.config.ts', 'export default { market: { synthetic: { bars: 2000 } } }\n')
  await project.write('strategies/gold-fade/strategy.ts', strategyText('gold-fade'))
  await project.write('presets/calm.json', '{\n  "period": 30,\n  "deviation": 9\n}\n')
})
afterAll(() => Promise.all([project.remove(), bare.remove()]))

/** The words of a failure, as one line. */
async function refusal(args: string, owner = project) {
  const { code, err } = await owner.claw(args.split(' '))
  return { code, text: err.replaceAll(/\s+/g, ' ') }
}

it('M2: outside a project it says that there is none, and how to get one', async () => {
  expect(await refusal('backtest gold-fade', bare)).toEqual({
    code: 3,
    text: expect.stringMatching(
      /No claw\.config\.ts here or in any parent of .*claw-author.*npm create claw@latest\./,
    ),
  })
})

it('finds the config of a project from a folder below', async () => {
  expect(await project.claw(['backtest', 'gold-fade'], 'presets')).toMatchObject({ code: 0 })
})

it('a package that does not say it has ES modules is told how to say so', async () => {
  const old = await authorProject()
  await old.write('package.json', '{}')
  await old.write('claw.config.ts', 'export default {}\n')
  const { code, text } = await refusal('backtest gold-fade', old)
  expect(code).toBe(3)
  expect(text).toContain(
    'package.json has no "type": "module". Run "npm pkg set type=module" in the project.',
  )
  await old.remove()
})

it('M3: a file without a strategy is told with what it exports instead', async () => {
  await bare.write('fade.mjs', 'export class GoldFade {}\n')
  expect(await refusal('backtest fade.mjs', bare)).toEqual({
    code: 3,
    text: expect.stringContaining(
      'fade.mjs exports "GoldFade" but no strategy. Export exactly one value made by defineStrategy',
    ),
  })
})

it('M4: two strategies with one id are told with both places', async () => {
  const twins = await authorProject()
  await twins.write('claw.config.ts', 'export default {}\n')
  for (const name of ['a', 'b'])
    await twins.write(`strategies/${name}/strategy.ts`, strategyText('gold-fade'))
  expect(await refusal('backtest gold-fade', twins)).toEqual({
    code: 3,
    text: expect.stringContaining(
      'Strategy id "gold-fade" is defined twice: strategies/a/strategy.ts:6 and strategies/b/strategy.ts:6. Ids name database rows; rename one.',
    ),
  })
  await twins.remove()
})

describe('parameters', () => {
  it('M5: out of range are told with bound, default and line, together with all the others', async () => {
    const { code, text } = await refusal('backtest gold-fade --preset presets/calm.json --set period=1')
    expect(code).toBe(3)
    expect(text).toContain(
      'gold-fade.deviation = 9 is above its maximum 5 (default 2). Given in presets/calm.json:3.',
    )
    expect(text).toContain('gold-fade.period = 1 is below its minimum 5 (default 20).')
  })

  it('M6: unknown are answered with the nearest', async () => {
    expect((await refusal('backtest gold-fade --set peroid=20')).text).toContain(
      'gold-fade has no parameter "peroid" (--set peroid=20). Did you mean "period"?',
    )
  })

  it('M7: that contradict each other are told with their values', async () => {
    expect((await refusal('backtest gold-fade --set fast=50')).text).toContain(
      'gold-fade: fast must be below slow (fast 50, slow 30).',
    )
  })
})

it('M8: an entry without a stop is told with its line', async () => {
  await project.write('strategies/bare.ts', strategyText('bare', 'ctx.buy({ volume: lots(0.1) })'))
  const { code, text } = await refusal('backtest bare')
  expect(code).toBe(0)
  expect(text).toMatch(
    /ctx\.buy\(\) at strategies\/bare\.ts:18 has no stop loss; 1 000 such entries were blocked\./,
  )
})

it('a strategy that is not there is answered with the nearest of the project', async () => {
  expect(await refusal('backtest gold-fde')).toEqual({
    code: 4,
    text: expect.stringContaining('Did you mean gold-fade?'),
  })
})

it('a result that misses a bound is told, with exit code 12 after the figures', async () => {
  const { code, out, err } = await project.claw(['backtest', 'gold-fade', '--fail-under', 'trades=100000'])
  expect(code).toBe(12)
  expect(out).toContain('Profit factor')
  expect(err).toMatch(/trades is [\d.]+, not 100000/)
})

it('with --json it prints one object, also of a failure', async () => {
  const { out } = await project.claw(['backtest', 'gold-fade', '--json'])
  expect(JSON.parse(out)).toMatchObject({
    schema: 'claw.backtest/1',
    ok: true,
    data: { strategy: 'gold-fade' },
  })
  const failed = await project.claw(['backtest', 'nothing-like-it', '--json'])
  expect(JSON.parse(failed.out)).toMatchObject({
    schema: 'claw.error/1',
    ok: false,
    error: { code: 'strategy-not-found', exit: 4 },
  })
})
