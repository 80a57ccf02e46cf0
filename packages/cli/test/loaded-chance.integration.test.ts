import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AuthorProject, authorProject, strategyText } from './author-project.ts'

let project: AuthorProject
beforeAll(async () => {
  project = await authorProject()
  await project.write('claw.config.ts', 'export default { market: { synthetic: { bars: 2000 } } }\n')
})
afterAll(() => project.remove())

it('M14: chance and clocks of a module while it is loaded are told with their lines, though all runs of a process agree', async () => {
  await project.write(
    'lib/drawn.ts',
    'export const share = 0.4 + 0.2 * Math.random()\nexport const pips = 40\nexport const startedAt = { at: Date.now() }\n',
  )
  const body =
    'if (!ctx.position && !ctx.pendingEntries && bar.close > bar.low + share * (bar.high - bar.low)) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(50) } })'
  await project.write(
    'strategies/loaded.ts',
    `import { share } from '../lib/drawn.ts'\n${strategyText('loaded', body).replace('onBar(_bar, ctx)', 'onBar(bar, ctx)')}`,
  )
  for (const line of ['check loaded', 'backtest loaded']) {
    const { out, err } = await project.claw(line.split(' '))
    const text = (out + err).replaceAll(/\s+/g, ' ')
    expect(text).toContain('determinism ✘')
    expect(text).toMatch(/lib\/drawn\.ts:1 calls Math\.random\(\) while the module is loaded/)
    expect(text).toMatch(/lib\/drawn\.ts:3 calls Date\.now\(\) while/)
  }
})

it.each([
  ['const draw = Math.random', 'draw() < 0.3', 'Math.random()'],
  ['const tick = process.hrtime.bigint', 'Number(tick() % 7n) < 2', 'process.hrtime.bigint()'],
  ['', 'Number(process.hrtime.bigint() % 7n) < 2', 'process.hrtime.bigint()'],
  [
    "const format = new Intl.DateTimeFormat('en', { fractionalSecondDigits: 3 })",
    'Number(format.format().slice(-2)) % 7 < 2',
    'Intl.DateTimeFormat().format() without a date',
  ],
  ["import { randomInt } from 'node:crypto'", 'randomInt(7) < 2', 'crypto.randomInt()'],
])(
  'M14: chance or a clock behind another name (%j, %s) is told by its call and its line',
  async (before, holds, call) => {
    const body = `if (ctx.position) ctx.close()
      else if (${holds}) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(50) } })`
    await project.write('strategies/drawn.ts', `${before}\n${strategyText('drawn', body)}`)
    const { out, err } = await project.claw(['check', 'drawn', '--cuts', '1'])
    const text = (out + err).replaceAll(/\s+/g, ' ')
    expect(text).toContain(`strategies/drawn.ts:20 calls ${call}. Fix: use ctx.`)
  },
)
