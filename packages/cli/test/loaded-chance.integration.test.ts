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
