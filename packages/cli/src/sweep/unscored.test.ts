import { money } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { noBestText, unscoredTable } from './unscored.ts'

const run = (a: number, tradeCount: number, minor = 0) => ({
  params: { a },
  metrics: { tradeCount, netProfit: money(minor, 2, 'USD') },
})
const BOUNDS = { objective: 'sharpe', leastTrades: 30 }

describe('a sweep none of whose runs has a score', () => {
  it('has a table of its runs, most trades first, each with why it has none', () => {
    const text = unscoredTable([{ name: 'a' }], [run(1, 4, -150), run(2, 31), run(3, 12, 2000)], BOUNDS)
    expect(text).toBe(
      [
        '  a  trades    net profit  no score',
        '  2      31      0.00 USD  no sharpe',
        '  3      12  ▲ +20.00 USD  fewer than 30 trades',
        '  1       4   ▼ −1.50 USD  fewer than 30 trades',
        '',
      ].join('\n'),
    )
  })

  it('says of a run what became of its account', () => {
    const text = unscoredTable(
      [{ name: 'a' }],
      [{ ...run(1, 4), account: 'account lost' }, run(2, 3)],
      BOUNDS,
    )
    expect(text.split('\n').map(line => line.slice(25))).toEqual([
      'no score              account',
      'fewer than 30 trades  account lost',
      'fewer than 30 trades',
      '',
    ])
  })

  it('lists ten of them and counts the others', () => {
    const runs = Array.from({ length: 12 }, (_, a) => run(a, a))
    const lines = unscoredTable([{ name: 'a' }], runs, BOUNDS).split('\n')
    expect(lines).toHaveLength(13)
    expect(lines.at(-2)).toBe('  … and 2 more')
  })

  it('says how many trades were too few, the most there are, and what to do', () => {
    expect(noBestText([run(1, 4), run(2, 12)], BOUNDS)).toBe(
      'No run has a score, so there is no best: 2 of 2 made fewer than 30 trades, 12 at most. Take more data, axes on which it trades, or a lower --least-trades.',
    )
  })

  it('sends to the backtest of one where none traded', () => {
    expect(noBestText([run(1, 0)], BOUNDS)).toContain('claw backtest with the values of one run tells')
  })

  it.each([
    ['sharpe', 'have no Sharpe ratio, which needs two days whose returns differ'],
    ['profit-factor', 'have no profit factor, which needs a trade that lost'],
    ['return-to-drawdown', 'have no return to drawdown, which needs a fall of equity'],
  ])('says what %s needs where trades are enough', (objective, needs) => {
    expect(noBestText([run(1, 40), run(2, 3)], { objective, leastTrades: 30 })).toBe(
      `No run has a score, so there is no best: 1 of 2 made fewer than 30 trades, 3 at most; 1 of 2 ${needs}. Take more data, or another --objective.`,
    )
  })

  it('says that no run was made where Ctrl-C came before the first', () => {
    expect(noBestText([], BOUNDS)).toBe('No run was made, so there is no best.')
    expect(unscoredTable([{ name: 'a' }], [], BOUNDS)).toBe('')
  })
})
