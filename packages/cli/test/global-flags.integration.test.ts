import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject, strategyText } from './author-project.ts'

let author: AuthorProject
beforeAll(async () => {
  author = await authorProject()
  await author.write('claw.config.ts', 'export default { market: { synthetic: { bars: 3000 } } }\n')
  await author.write(
    'claw.rich.config.ts',
    'const balance: number = 50_000\nexport default { account: { balance }, market: { synthetic: { bars: 3000 } } }\n',
  )
  await author.write('strategies/steady/strategy.ts', strategyText('steady'))
  // The types of these lines are gone when they run: they must be named where they stand here.
  await author.write(
    'strategies/slow/slow-mean.ts',
    `/** A mean that is made anew. */
export function slowMean(values: readonly number[]): number {
  let sum = 0
  for (let round = 0; round < 3000; round++) for (const value of values) sum += Math.sqrt(value + round)
  return sum / values.length
}
`,
  )
  await author.write(
    'strategies/plain/sum.ts',
    `const past = Array.from({ length: 30_000 }, (_, index) => index)
export function sum(count: number): number {
  let total = 0
  for (let index = 0; index < count; index++) total += past[index] ?? 0
  return total
}
`,
  )
  const plain = strategyText('plain', 'if (sum(30_000) < 0) ctx.buy({ volume: lots(0.1) })')
  await author.write('strategies/plain/strategy.ts', `import { sum } from './sum.ts'\n${plain}`)
  const slow = strategyText(
    'slow',
    'if (slowMean([1, 2, 3, 4, 5, 6, 7, 8]) < 0) ctx.buy({ volume: lots(0.1) })',
  )
  await author.write('strategies/slow/strategy.ts', `import { slowMean } from './slow-mean.ts'\n${slow}`)
})
afterAll(() => author.remove())

const files = () =>
  readdirSync(author.dir, { recursive: true, encoding: 'utf8' }).filter(
    file => !file.startsWith('node_modules'),
  )
const reports = () => readdirSync(join(author.dir, 'reports'))

describe('the options of every command, in a project of an author', () => {
  it('--profile names the functions that take the time where they stand, and writes the profile beside the report', async () => {
    const ended = await author.claw(['backtest', 'slow', '--no-check', '--profile'])
    expect(ended.code).toBe(0)
    const [, share, most] = /in the strategy.*\n +(\d+) % {2}(\S+) +strategies\/slow\/slow-mean\.ts:2\n/.exec(
      ended.out,
    ) as RegExpExecArray
    expect([Number(share) > 30, most]).toEqual([true, 'slowMean'])
    const [, file = ''] = /✔ profile {2}(\S+)/.exec(ended.out) ?? []
    expect(existsSync(join(author.dir, file, '..', 'index.html'))).toBe(true)
    const { nodes, samples } = JSON.parse(readFileSync(join(author.dir, file), 'utf8'))
    const frame = nodes.find(
      (node: { callFrame: { functionName: string } }) => node.callFrame.functionName === 'slowMean',
    ).callFrame
    // From 0, in the source.
    expect([frame.lineNumber, frame.url.endsWith('/strategies/slow/slow-mean.ts')]).toEqual([1, true])
    expect(samples.length).toBeGreaterThan(0)
  })

  it('--profile counts for a function what V8 would put in line in the engine, which is nearly all of this run', async () => {
    const line = ['backtest', 'plain', '--bars', '20000', '--no-check', '--profile', '--json']
    const { profile } = JSON.parse((await author.claw(line)).out).data
    expect(profile.functions[0]).toMatchObject({ name: 'sum', file: 'strategies/plain/sum.ts', line: 2 })
    expect(profile.functions[0].share).toBeGreaterThan(0.5)
  })

  it('--profile tells the same as JSON, at most five functions of it', async () => {
    const { code, out } = await author.claw(['backtest', 'slow', '--no-check', '--profile', '--json'])
    expect(code).toBe(0)
    const { profile } = JSON.parse(out).data
    expect(profile.functions[0]).toMatchObject({
      name: 'slowMean',
      file: 'strategies/slow/slow-mean.ts',
      line: 2,
    })
    expect(profile.functions.length).toBeLessThanOrEqual(5)
    expect(profile.strategy + profile.garbage).toBeLessThanOrEqual(1)
  })

  it('--profile of a strategy that comes with a package names a line of it that is there', async () => {
    const line = ['backtest', 'S03', '--bars', '300000', '--no-check', '--profile', '--json']
    const { out } = await author.claw(line)
    const [first] = JSON.parse(out).data.profile.functions
    expect(first.name).toBe('onBar')
    const lines = readFileSync(resolve(author.dir, first.file), 'utf8').split('\n')
    expect(lines[first.line - 1]).toContain('onBar(')
  })

  it('--dry-run tells of a backtest what it would do, and leaves no file', async () => {
    const before = files()
    const { code, out } = await author.claw(['backtest', 'steady', '--dry-run', '--set', 'period=30'])
    expect(code).toBe(0)
    expect(out).toContain('Dry run: nothing was done. claw backtest would\n')
    expect(out).toMatch(
      /run +strategies\/steady\/strategy\.ts \(steady\) with period=30 over 3 000 rows of XAUUSD/,
    )
    expect(files()).toEqual(before)
  })

  it('--dry-run starts no server', async () => {
    const before = files()
    const { code, out, err } = await author.claw(['up', '--port', '0', '--dry-run', '--json'])
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({
      schema: 'claw.dry-run/1',
      data: { would: [{ does: 'start' }, { does: 'write', path: join(author.dir, '.claw') }] },
    })
    expect(files()).toEqual(before)
    const refused = await author.claw(['replay', '--ticks', 'ticks.csv', '--dry-run'])
    expect(refused).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('claw replay has no dry run'),
    })
  })

  it('--config takes another configuration, in TypeScript, and the report says by which', async () => {
    const line = ['backtest', 'steady', '--no-check', '--json', '--config', 'claw.rich.config.ts']
    const { code, out } = await author.claw(line)
    expect(code).toBe(0)
    const file = join(author.dir, JSON.parse(out).data.report, '..', 'result.json')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      account: { balance: 50_000 },
      command: 'claw backtest steady --no-check --json --config claw.rich.config.ts',
    })
    expect((await author.claw(['report', 'list', '--config', 'none.ts'])).code).toBe(4)
  })

  it('--verbose tells the steps on stderr', async () => {
    const { code, out, err } = await author.claw(['backtest', 'steady', '--no-check', '--json', '--verbose'])
    expect([code, out.split('\n').length]).toEqual([0, 2])
    expect(err).toMatch(/^ {2}› config {4}.*claw\.config\.ts {2}[\d.]+ m?s$/m)
    expect(err).toMatch(/^ {2}› strategy {2}strategies\/steady\/strategy\.ts · steady · code \w+ · compiled/m)
    expect(err).toMatch(/^ {2}› ended {5}exit code 0 {2}/m)
  })

  it('--yes writes over a file that is there, which fails with exit code 2 without a terminal', async () => {
    await author.write('mine.csv', 'mine')
    const line = ['report', 'export', reports()[0] ?? '', '--format', 'csv', '--out', 'mine.csv']
    const refused = await author.claw(line)
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('State --yes to write over it') })
    expect(readFileSync(join(author.dir, 'mine.csv'), 'utf8')).toBe('mine')
    expect((await author.claw([...line, '--yes'])).code).toBe(0)
    expect(readFileSync(join(author.dir, 'mine.csv'), 'utf8')).not.toBe('mine')
  })
})
