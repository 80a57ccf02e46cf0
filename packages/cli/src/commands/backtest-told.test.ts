import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject, strategyText } from '../../test/author-project.ts'
import { runClaw } from '../../test/run-claw.ts'

let project: AuthorProject
beforeAll(async () => {
  project = await authorProject()
  await project.write('claw.config.ts', 'export default { market: { synthetic: { bars: 1000 } } }\n')
})
afterAll(() => project.remove())

const ENTRY = 'if (!ctx.position) ctx.buy({ volume: lots(SIZE), stopLoss: { pips: pips(50) } })'

/** Runs a strategy of a body; its warnings as one line. */
async function told(name: string, onBar: string, more = '') {
  await project.write(`strategies/${name}.ts`, strategyText(name, onBar))
  const { code, err } = await runClaw(`backtest ${name} --no-check --no-report${more}`, project.dir)
  return { code, text: err.replaceAll(/\s+/g, ' ') }
}

describe('M12: a run without a trade', () => {
  it.each([
    ['off the step', '0.015'],
    ['beyond the largest', '500'],
  ])('tells that the venue refused a volume %s, with the range and the first of them', async (_, size) => {
    const { text } = await told(`size-${size.replace('.', '-')}`, ENTRY.replace('SIZE', size))
    expect(text).toMatch(/The venue refused 999 of 1 000 orders\./)
    expect(text).toContain(`TRADING_BAD_VOLUME `)
    expect(text).toContain(`first buy ${size} lots at 2024-01-02T`)
    expect(text).toContain('XAUUSD trades 0.01 to 100 lots in steps of 0.01. Fix: such a volume')
    expect(text).toMatch(/0 trades in 1 000 rows\. The venue refused/)
    expect(text).not.toContain('asked for no entry')
  })

  it('tells that the margin was not enough, with what was needed', async () => {
    const { text } = await told('poor', ENTRY.replace('SIZE', '100'), ' --balance 100')
    expect(text).toMatch(/NOT_ENOUGH_MONEY [\d ]+ ×, first buy 100 lots .*Margin \d+ is needed, \d+ is free/)
  })

  it('tells a position that is still open, which is no trade', async () => {
    const { text } = await told(
      'holder',
      'if (!ctx.position && !ctx.pendingEntries) ctx.buy({ volume: lots(0.01), stopLoss: { pips: pips(9000) } })',
    )
    expect(text).toContain(
      '0 trades in 1 000 rows. 1 entry was sent as orders. 1 of them still open at the end',
    )
  })

  it('says that no entry was asked for only where none was', async () => {
    expect((await told('mute', 'void ctx')).text).toContain('The strategy asked for no entry.')
    const blocked = await told('bare', 'ctx.buy({ volume: lots(0.01) })')
    expect(blocked.text).toContain('1 000 entries were blocked before they became orders.')
  })
})
