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

describe('a close or a protection that the venue refuses', () => {
  const BODY = (change: string) =>
    `if (ctx.position) ${change}; else if (!ctx.pendingEntries) ctx.buy({ volume: lots(0.05), stopLoss: { pips: pips(5000) } })`

  it('is told with its code, how often, the first of them and what to do', async () => {
    const close = await told('half', BODY('ctx.close(ctx.position.id, lots(0.025))'))
    expect(close.text).toMatch(/The venue refused 99\d closes: what was open stayed as it was\./)
    expect(close.text).toMatch(
      /close TRADING_BAD_VOLUME 99\d ×, first of position \d+, 0\.025 lots, at 2024-01-02T\S+Z\. XAUUSD closes in steps of 0\.01 lots/,
    )
    const stop = await told(
      'wrong-side',
      BODY('ctx.setProtection(ctx.position.id, { stopLoss: 9000 as never })'),
    )
    expect(stop.text).toMatch(/protection TRADING_BAD_STOPS 99\d ×, first of position \d+, stop 9000, at/)
    expect(stop.text).toContain('Fix: of a buy the stop below the bid')
  })

  it('is told by the checks too, and stands in JSON', async () => {
    const check = await runClaw('check half --cuts 1', project.dir)
    expect(check.err).toMatch(/The venue refused 99\d closes/)
    const { out } = await runClaw('backtest half --no-check --no-report --json', project.dir)
    expect(JSON.parse(out)).toMatchObject({
      data: { refused: [], refusedChanges: [{ kind: 'close', code: 'TRADING_BAD_VOLUME' }] },
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'changes-refused' })]),
    })
  })
})

describe('a position beyond what the account can bear', () => {
  // Long without a way out, with all that the margin allows: the market of this seed falls far enough.
  const BIG =
    'if (!ctx.position && !ctx.pendingEntries) ctx.buy({ volume: lots(1.8), stopLoss: { pips: pips(20000) } })'
  const POOR = ' --balance 1000 --leverage 500 --synthetic 2 --bars 3000'

  it('is closed by the stop-out of the broker, which the headline and a warning name', async () => {
    const { text } = await told('big', BIG, POOR)
    expect(text).toContain(' · stop-out 50 %')
    expect(text).toMatch(
      /The broker closed for want of margin \d+ times? \(stop-out at 50 %\), first at 2024-/,
    )
  })

  it('loses more than there is without one, and is told to be no result', async () => {
    const none = await told('big', BIG, `${POOR} --stop-out none`)
    expect(none.text).toContain(' · stop-out none')
    expect(none.text).toMatch(
      /Equity fell below zero, first at 2024-\S+Z, and to -\d+\.\d\d USD: the account was lost there, and no figure counts from then on\. There is no stop-out/,
    )
  })

  describe('as one of many', () => {
    // The small one keeps its margin.
    const AXES = '--axis fast=1:20:19 --no-report --workers 0 --least-trades 0 --objective net-profit'
    beforeAll(() => {
      const body = BIG.replace('lots(1.8)', 'lots(params.fast < 10 ? 0.01 : 1.8)')
      const text = strategyText('many', body).replace('create: () =>', 'create: ({ params }) =>')
      return project.write('strategies/many.ts', text)
    })
    const searched = async (line: string) => {
      const { out, err } = await runClaw(line, project.dir)
      const { data, warnings } = JSON.parse((await runClaw(`${line} --json`, project.dir)).out)
      const codes = warnings.map(({ code }: { code: string }) => code)
      return { out, text: err.replaceAll(/\s+/g, ' '), data, codes }
    }

    it('is told by a sweep, which counts them and marks their rows', async () => {
      const { out, text, data, codes } = await searched(`sweep many${POOR} ${AXES}`)
      expect(text).toContain('The broker closed for want of margin in 1 of 2 runs (stop-out at 50 %).')
      expect(codes).toContain('stopped-out')
      expect(data).toMatchObject({ stoppedOut: 1, accountsLost: 1 })
      const [small, large] = data.runs
      expect(small).toMatchObject({ params: { fast: 1 }, stopOuts: 0, accountLost: false })
      expect(large).toMatchObject({ params: { fast: 20 }, accountLost: true })
      expect(large.stopOuts).toBeGreaterThan(0)
      expect(out).toMatch(/^ +20 .* stopped out \d+ times?, account lost$/m)
    })

    it('is told to be no result where the account was lost', async () => {
      const { out, text, data, codes } = await searched(`sweep many${POOR} ${AXES} --stop-out none`)
      expect(text).toMatch(
        /Equity fell below zero in 1 of 2 runs: the account was lost there, and no figure counts from then on\. There is no stop-out/,
      )
      expect(codes).toContain('account-lost')
      expect(data).toMatchObject({ stoppedOut: 0, accountsLost: 1, runs: [{}, { accountLost: true }] })
      expect(out).toMatch(/^ +20 .* account lost$/m)
    })

    it('is told by a walk-forward of its folds out of sample', async () => {
      // Less of it: the folds go on only where the account outlives the one that it falls in.
      await project.write(
        'strategies/modest.ts',
        strategyText('modest', BIG.replace('lots(1.8)', 'lots(0.2)')),
      )
      const axes = AXES.replace('1:20:19', '19:20:1')
      const { out, text, data, codes } = await searched(
        `walkforward modest${POOR.replace('synthetic 2', 'synthetic 3')} ${axes} --in-sample 5 --out-of-sample 5`,
      )
      expect(text).toMatch(
        /The broker closed for want of margin in 1 of 8 folds out of sample \(stop-out at 50 %\)/,
      )
      expect(codes).toContain('stopped-out')
      expect(data).toMatchObject({ stoppedOut: 1, accountsLost: 0 })
      const times = data.folds.map(({ stopOuts }: { stopOuts: number }) => stopOuts > 0)
      expect(times).toEqual([false, false, false, false, false, true, false, false])
      expect(out).toMatch(/^ +2024.* stopped out \d+ times?$/m)
    })
  })

  it.each([
    ['false', ' · stop-out none'],
    [
      "{ levelPercent: 80, closes: 'whole', first: 'most-losing' }",
      ' · stop-out 80 % (whole positions, most losing first)',
    ],
    ['{}', ' · stop-out 50 %'],
  ])('has the stop-out of the config: %s', async (stopOut, expected) => {
    const owner = await authorProject()
    await owner.write('claw.config.ts', `export default { account: { stopOut: ${stopOut} } }\n`)
    const { err } = await runClaw('backtest S03 --synthetic 1 --bars 300 --no-check --no-report', owner.dir)
    expect(err).toContain(expected)
    await owner.remove()
  })

  it.each(['0', '50:half', '1001', 'x'])('is not judged by a stop-out of %s', async level => {
    const { code, err } = await runClaw(`backtest S03 --stop-out ${level}`, project.dir)
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('margin level in percent') })
  })
})

describe('the span of a run', () => {
  it('cuts a seeded market at --to, and reaches it', async () => {
    const { code, out } = await runClaw(
      'backtest S03 --synthetic 1 --from 2024-01-10 --to 2024-01-20 --no-check --no-report --json',
      project.dir,
    )
    const { parts } = JSON.parse(out).data
    expect(code).toBe(0)
    expect(parts[0].from).toBe(Date.UTC(2024, 0, 10))
    expect(parts.at(-1).to).toBe(Date.UTC(2024, 0, 19, 21, 45))
  })

  it('makes the same bars with --to as without', async () => {
    const figures = async (more: string) => {
      const line = `backtest S03 --synthetic 3 --no-check --no-report --json --fail-under trades=0 ${more}`
      return JSON.parse((await runClaw(line, project.dir)).out).data
    }
    const { rows, parts } = await figures('--to 2024-01-12')
    expect(await figures(`--bars ${rows}`)).toMatchObject({ rows, parts })
  })

  it.each([
    'backtest S03 --synthetic 1',
    'backtest S03',
    'sweep S03 --axis period=15,20 --workers 0',
    'walkforward S03 --axis period=15,20 --workers 0 --in-sample 8 --out-of-sample 4',
    'check S03',
    'data get XAUUSD --tf m15 --synthetic',
    'data export XAUUSD --tf m15',
  ])('is refused by %s when it is turned round, with both values', async line => {
    for (const [from, to] of [
      ['2024-01-20', '2024-01-10'],
      ['2024-01-20', '2024-01-20'],
    ]) {
      const { code, err } = await runClaw(`${line} --from ${from} --to ${to}`, project.dir)
      expect({ code, err }).toEqual({
        code: 2,
        err: expect.stringContaining(`The span from ${from} to ${to} is empty`),
      })
    }
  })

  it('is refused where a seeded market has no bar of it', async () => {
    const { code, err } = await runClaw('backtest S03 --synthetic 1 --to 2023-01-01', project.dir)
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('2024-01-02, where it begins, and 2023-01-01'),
    })
  })
})

describe('a symbol without data', () => {
  it.each([
    ['EURUSDD', 'EURUSD'],
    ['eur/usd', 'EURUSD'],
    ['XAUUS', 'XAUUSD'],
  ])('%s that is not known is answered with the symbol that was meant', async (symbol, meant) => {
    const { code, err } = await runClaw(`backtest S03 --symbol ${symbol}`, project.dir)
    expect(code).toBe(10)
    expect(err).toContain(`There is no record of ${symbol}`)
    expect(err).toContain(`Did you mean ${meant}? One of these gives it:`)
  })

  it.each(['XAGUSD', 'AUDUSD', 'US500'])(
    '%s is a symbol of its own, and no other was meant',
    async symbol => {
      expect((await runClaw(`backtest S03 --symbol ${symbol}`, project.dir)).err).not.toContain(
        'Did you mean',
      )
    },
  )

  it('of the timeframe that a strategy reads names shorter ones of the store, with which it runs', async () => {
    const owner = await authorProject()
    await runClaw('data get XAUUSD --tf m15 --synthetic --from 2024-01-08 --to 2024-02-08', owner.dir)
    const { code, err } = await runClaw('backtest S01 --symbol XAUUSD', owner.dir)
    expect({ code, err }).toEqual({
      code: 10,
      err: expect.stringContaining(
        'No XAUUSD h1 data in the store, which has m15. Bars of m15 make those of h1: run with --timeframe m15;',
      ),
    })
    const run = await runClaw('backtest S01 --symbol XAUUSD --tf m15 --no-check --no-report', owner.dir)
    expect(run).toMatchObject({ code: 0, err: expect.stringContaining('m15 bars · store, XAUUSD m15') })
    await owner.remove()
  })

  it.each(['EURUSD', 'XAUUSD'])('%s that is named by an option is never made up unasked', async symbol => {
    const { code, err } = await runClaw(`backtest S03 --symbol ${symbol}`, project.dir)
    expect(code).toBe(10)
    expect(err).toMatch(new RegExp(`No ${symbol} m15 data in .*which is empty`))
    expect(err).toContain(`claw data get ${symbol}`)
    expect(
      await runClaw(
        `backtest S03 --symbol ${symbol} --synthetic --bars 500 --no-report --no-check`,
        project.dir,
      ),
    ).toMatchObject({ code: 0 })
  })

  it('that the project names is made up only where its config has a seeded market, and the run says so', async () => {
    const owner = await authorProject()
    await owner.write('claw.config.ts', "export default { market: { symbol: 'EURUSD' } }\n")
    expect(await runClaw('backtest S03', owner.dir)).toMatchObject({ code: 10 })
    const scaffolded = await authorProject()
    await scaffolded.write(
      'claw.config.ts',
      "export default { market: { symbol: 'XAUUSD', synthetic: { bars: 500 } } }\n",
    )
    const { code, err } = await runClaw('backtest S03 --no-report --no-check', scaffolded.dir)
    expect(code).toBe(0)
    expect(err).toContain('no recorded data of XAUUSD here: this market is made up, by the seed 1')
    await Promise.all([owner.remove(), scaffolded.remove()])
  })
})

describe('options with a value of their own', () => {
  it('--synthetic without a number is seed 1', async () => {
    const { err } = await runClaw('backtest S03 --synthetic --bars 500 --no-report --no-check', project.dir)
    expect(err).toContain('synthetic market, seed 1 ')
  })

  it.each([
    ['2025-02-30', 'There is no day 2025-02-30 in the calendar'],
    ['2025-02-30T08:00Z', 'There is no day 2025-02-30 in the calendar'],
    ['2025-13-01', 'There is no day 2025-13-01 in the calendar'],
    ['01/12/2025', 'It must be a day as YYYY-MM-DD, e.g. 2024-01-02, or a time with its zone'],
    ['2025-02-03T08:00', 'It must be a time with its zone'],
  ])('--from %s is refused with what it must be', async (from, expected) => {
    const { code, err } = await runClaw(`backtest S03 --from ${from}`, project.dir)
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(expected) })
  })

  it('--out-of-sample is in percent, in the help too, and a share is refused with what was meant', async () => {
    expect((await runClaw('backtest --help', project.dir)).out).toMatch(/told apart \(default:\s+30\)/)
    const { code, err } = await runClaw('backtest S03 --out-of-sample 0.3', project.dir)
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('0.3 would be 0.3 %. Write 30 for 30 %.'),
    })
  })
})

describe('a handler that throws', () => {
  it('is a fault of the strategy, told with its line and column there', async () => {
    const { code, text } = await told('thrower', "if (ctx.now > 0) throw new TypeError('no such band')")
    expect(code).toBe(3)
    expect(text).toMatch(
      /onBar of strategy "thrower" threw: no such band\..* at strategies\/thrower\.ts:18:\d+ code: handler-failed/,
    )
    expect(text).not.toContain('This is a bug')
  })

  it('has its place as facts in JSON', async () => {
    const { out } = await runClaw('backtest thrower --no-check --no-report --json', project.dir)
    expect(JSON.parse(out).error).toMatchObject({
      code: 'handler-failed',
      file: 'strategies/thrower.ts',
      line: 18,
      column: expect.any(Number),
      exit: 3,
    })
  })
})
