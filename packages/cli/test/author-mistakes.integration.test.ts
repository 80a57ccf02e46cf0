import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject, strategyText } from './author-project.ts'

// M1 is a test of create-claw (create.test.ts). A file of a strategy is given no data besides closed bars, so M13 takes one
// that brings its own; one that is made of data is a test of the engine (research/check/check.test.ts).

/** Trades on crosses of a slow average, with a history that is too short for it. */
const HASTY = strategyText(
  'hasty',
  `const value = average.push(bar.close)
      if (value === undefined) return
      const crossed = above !== undefined && above !== bar.close > value
      above = bar.close > value
      if (!crossed) return
      ctx.close()
      if (above) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(Math.max(5, Math.round(Math.abs(bar.close - value) * 100) / 10)) } })`,
)
  .replace('import { defineStrategy }', 'import { defineStrategy, ema }')
  .replace("timeframe: 'm15'", "timeframe: 'm15', history: 5")
  .replace(
    'create: () => ({',
    'create() {\n    const average = ema(50)\n    let above: boolean | undefined\n    return {',
  )
  .replace('onBar(_bar, ctx)', 'onBar(bar, ctx)')
  .replace(/\}\),\n\}\)\n$/, '} },\n})\n')

const NEVER = strategyText(
  'never',
  `const isUp = bar.close > bar.open
      ctx.explain?.rule('an up bar', isUp)
      if (!isUp) return
      const maxSpread = 0
      ctx.explain?.rule('spread below maxSpread', false, { maxSpread })`,
).replace('onBar(_bar, ctx)', 'onBar(bar, ctx)')

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
    /ctx\.buy\(\) at strategies\/bare\.ts:18 has no stop loss; 2 000 such entries were blocked\./,
  )
})

describe('recorded data', () => {
  let stocked: AuthorProject
  beforeAll(async () => {
    stocked = await authorProject()
    await stocked.write('claw.config.ts', 'export default {}\n')
    await stocked.write('strategies/gold-fade.ts', strategyText('gold-fade'))
    await stocked.claw('data get XAUUSD --tf m15 --synthetic --from 2024-01-08 --to 2024-02-05'.split(' '))
  })
  afterAll(() => stocked.remove())

  it('M9: a span without data is told with what there is, and how to get it', async () => {
    const { code, text } = await refusal('backtest gold-fade --from 2023-01-01 --to 2023-12-31', stocked)
    expect(code).toBe(10)
    expect(text).toMatch(
      /No XAUUSD m15 data for 2023-01-01 → 2023-12-31 \(have 2024-01-08 → 2024-02-0\d\)\..*claw data get XAUUSD --timeframe m15 --from 2023-01-01, or shorten the range/,
    )
  })

  it('M10: a file with bars on a weekend is told with the zone that its times look like', async () => {
    const { out } = await stocked.claw(['data', 'export', 'XAUUSD', '--tf', 'm15'])
    const rows = out.trim().split('\n').slice(1)
    const moved = rows.map(row => row.replace(/^\d+/, at => String(Number(at) + 7_200_000)))
    await stocked.write('import.csv', moved.join('\n'))
    const { code, text } = await refusal('data import import.csv --symbol XAUUSD', stocked)
    expect(code).toBe(10)
    expect(text).toMatch(/\d+ rows fall on a weekend.*look like UTC\+2.*--tz UTC\+2/)
    expect(text).toContain('2024-01-08 02:00:00 → 2024-01-08T00:00:00Z')
  })
})

it('M11: a warm-up that is too short is told with the feed, what it changes, and what is enough', async () => {
  await project.write('strategies/hasty.ts', HASTY)
  const { code, err } = await project.claw(['backtest', 'hasty'])
  expect(code).toBe(0)
  expect(err).toMatch(/checks {2}look-ahead ✔ {2}warm-up ✘ {2}determinism ✔/)
  expect(err.replaceAll(/\s+/g, ' ')).toMatch(
    /⚠ Warm-up too short: feed "main" asks for 5 bars of history\. With all earlier bars \d+ of \d+ decisions are others, first at 2024-.*the net result differs by .*Fix: history: \d+ in feeds\./,
  )
})

it('M12: a run without a trade counts the conditions, and names the line of the one that never held', async () => {
  await project.write('strategies/never.ts', NEVER)
  const { code, text } = await refusal('backtest never')
  expect(code).toBe(0)
  expect(text).toMatch(
    /0 trades in [\d ]+ rows\. .*"an up bar" true [\d,]+ ×.*"spread below maxSpread" true 0 ×.*Look at "spread below maxSpread" \(strategies\/never\.ts:\d+\): it never held\./,
  )
})

it('M12: a run that states no conditions is told how to', async () => {
  await project.write('strategies/mute.ts', strategyText('mute', 'void ctx'))
  expect((await refusal('backtest mute')).text).toContain('State each condition, e.g. ctx.explain?.rule(')
})

describe('M13: a look ahead', () => {
  /** Buys or sells what the next bar will do, which `rates` knows. */
  const oracle = (name: string, header: string) =>
    `${header}\n${strategyText(
      name,
      `const [now, next] = [rates.get(bar.openedAt), rates.get(bar.openedAt + 900_000)]
      if (ctx.position) ctx.close()
      if (now === undefined || next === undefined || Math.abs(next - now) < 0.5) return
      ctx[next > now ? 'buy' : 'sell']({ volume: lots(0.1), stopLoss: { pips: pips(500) } })`,
    ).replace('onBar(_bar, ctx)', 'onBar(bar, ctx)')}`
  const ROWS =
    "text.trim().split('\\n').slice(1).map(row => row.split(',')).map(row => [Number(row[0]), Number(row[4])])"
  let owner: AuthorProject
  beforeAll(async () => {
    owner = await authorProject()
    await owner.write('claw.config.ts', 'export default { market: { spreadTicks: 0 } }\n')
    await owner.claw('data get XAUUSD --tf m15 --synthetic --from 2024-01-08 --to 2024-02-05'.split(' '))
    const { out } = await owner.claw(['data', 'export', 'XAUUSD', '--tf', 'm15'])
    await owner.write('data.csv', out)
    await owner.write(
      'strategies/oracle.ts',
      oracle(
        'oracle',
        `import { readFileSync } from 'node:fs'\nconst text = readFileSync('data.csv', 'utf8')\nconst rates = new Map<number, number>(${ROWS} as [number, number][])`,
      ),
    )
  })
  afterAll(() => owner.remove())

  it.each(['check oracle --cuts 2', 'backtest oracle --no-report'])(
    'into a file of its own is told by claw %s with its line, and proven by what it knows on other prices',
    async line => {
      const { err, out, code } = await owner.claw(line.split(' '))
      const text = `${out} ${err}`.replaceAll(/\s+/g, ' ')
      expect(code).toBe(line.startsWith('check') ? 12 : 0)
      expect(text).toContain('look-ahead ✘')
      expect(text).toMatch(
        /Data from outside: strategies\/oracle\.ts:1 imports node:fs\. What it reads there may be the future, .*Fix: take every price from the feeds/,
      )
      expect(text).toMatch(
        /Data from outside: on other prices at the same times (\d+) of \1 entries still foretell where the true price lies 1 row later; \d+ would by chance \(z = \d+\.\d\)/,
      )
      if (line.startsWith('backtest')) expect(text).toMatch(/All [\d ]+ trades won\. No strategy does/)
    },
  )

  it('by a way that no import shows is proven all the same', async () => {
    await owner.write(
      'strategies/hidden.ts',
      oracle(
        'hidden',
        `// @ts-nocheck\nconst { readFileSync } = process['getBuiltin' + 'Module']('node:' + 'fs')\nconst text = readFileSync('data.csv', 'utf8')\nconst rates = new Map(${ROWS})`,
      ),
    )
    const { text, code } = await refusal('check hidden --cuts 2', owner)
    expect(code).toBe(12)
    expect(text).not.toContain('imports')
    expect(text).toContain('entries still foretell where the true price lies 1 row later')
  })

  it('into what a variable of the module remembers of the run before is found by the checks of a backtest', async () => {
    await owner.write(
      'strategies/diary.ts',
      `const rates = new Map<number, number>()\n${strategyText(
        'diary',
        `const next = rates.get(bar.openedAt + 900_000)
      rates.set(bar.openedAt, bar.close)
      if (ctx.position) ctx.close()
      const isUp = next === undefined ? bar.openedAt % 1_800_000 === 0 : next > bar.close
      ctx[isUp ? 'buy' : 'sell']({ volume: lots(0.1), stopLoss: { pips: pips(500) } })`,
      ).replace('onBar(_bar, ctx)', 'onBar(bar, ctx)')}`,
    )
    for (const line of ['backtest diary --no-report', 'check diary --cuts 2']) {
      const { out, err } = await owner.claw(line.split(' '))
      const text = `${out} ${err}`.replaceAll(/\s+/g, ' ')
      expect(text).toContain('determinism ✘')
      expect(text).toMatch(/Two identical runs differ, first in decision .* belongs into create\(\)/)
    }
  })
})

it('M14: chance is told with its line by the checks of a backtest too', async () => {
  await project.write(
    'strategies/lucky.ts',
    strategyText(
      'lucky',
      'if (Math.random() < 0.1 && !ctx.position) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(50) } })',
    ),
  )
  const { code, text } = await refusal('backtest lucky')
  expect(code).toBe(0)
  expect(text).toMatch(
    /determinism ✘.*strategies\/lucky\.ts:\d+ calls Math\.random\(\)\. Fix: use ctx\.random\(\)/,
  )
  expect((await project.claw('backtest lucky --no-check --no-report'.split(' '))).err).not.toContain(
    'determinism',
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

it('puts data where the config says, from any folder of the project, and a backtest finds them there', async () => {
  const owner = await authorProject()
  await owner.write('claw.config.ts', "export default { dataDir: 'market' }\n")
  await owner.write('strategies/gold-fade/strategy.ts', strategyText('gold-fade'))
  const got = [
    'data',
    'get',
    'XAUUSD',
    '--tf',
    'm15',
    '--synthetic',
    '--from',
    '2024-01-08',
    '--to',
    '2024-03-08',
  ]
  expect(await owner.claw(got, 'strategies')).toMatchObject({ code: 0 })
  expect(readdirSync(join(owner.dir, 'market'))).toContain('XAUUSD')
  expect(existsSync(join(owner.dir, 'strategies', '.claw'))).toBe(false)
  const { code, err } = await owner.claw(['backtest', 'gold-fade', '--no-report', '--no-check'])
  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('store, XAUUSD m15') })
  await owner.remove()
})
