import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runClaw } from '../../test/run-claw.ts'

const home = mkdtempSync(join(tmpdir(), 'claw-trials-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
let folder: string
// The commands are imported when they are first named, which takes seconds on a busy machine.
beforeAll(() => runClaw('sweep', home), 120_000)
beforeEach(() => {
  folder = mkdtempSync(join(home, 'project-'))
  writeFileSync(join(folder, 'claw.config.mjs'), 'export default {}\n')
})

const MADE = 'S03 --synthetic 1 --bars 2000'
const AXES = '--axis period=15,20 --axis deviation=1.5,2 --workers 0 --least-trades 1'
const claw = (line: string) => runClaw(line, folder)

async function told(line: string) {
  const { code, out, err } = await claw(`${line} --json`)
  expect(code, err).toBe(0)
  const { data, warnings } = JSON.parse(out)
  return { data, err, codes: warnings.map(({ code: name }: { code: string }) => name) as string[] }
}
const backtest = (more = '') => told(`backtest ${MADE} --no-check --no-report${more}`)
const bestOf = ({ data }: Awaited<ReturnType<typeof told>>) =>
  Object.entries(data.best.params)
    .map(([name, value]) => ` --set ${name}=${value}`)
    .join('')

describe('what a sweep has seen', () => {
  it('is not the last 30 %, which the backtest of its best shows as out of sample, as the same trial', async () => {
    const swept = await told(`sweep ${MADE} ${AXES}`)
    expect(swept.err).toMatch(/held back: the last 30 %, 2024-01-\d\dT\S+ → 2024-/)
    expect(swept.data).toMatchObject({ trials: 4, heldBack: { share: 0.3 } })
    const { data, codes } = await backtest(bestOf(swept))
    expect(codes).not.toContain('tried-before')
    expect(data.parts.map(({ name }: { name: string }) => name)).toEqual(['in-sample', 'out-of-sample'])
    expect(data.parts[1].from).toBe(swept.data.heldBack.from)
    expect(data).toMatchObject({ trials: 4, otherTrialsOutOfSample: 0 })
    expect(data.parts[0].metrics.sharpe).toBeCloseTo(swept.data.best.metrics.sharpe, 1)
  })

  it('is shown by the command that it names next, with its own options and the values of the best', async () => {
    const options = `${MADE} --out-of-sample 20 --set stopAtr=2 --balance 5000`
    const swept = await claw(`sweep ${options} ${AXES} --no-report --objective net-profit`)
    const [, next = ''] = /Next: claw (.*)\n/.exec(swept.err) ?? []
    expect(next).toMatch(
      /^backtest S03 --synthetic 1 --bars 2000 --out-of-sample 20 --set stopAtr=2 --balance 5000 --set period=(15|20) --set deviation=(1\.5|2)$/,
    )
    const { data, codes } = await told(`${next} --no-check --no-report`)
    expect(swept.err).toContain(`${new Date(data.parts[1].from).toISOString().slice(0, 10)}`)
    expect(data.parts[1].name).toBe('out-of-sample')
    expect(codes).not.toContain('tried-before')
  })

  it('is nothing with --out-of-sample 0, and then a walk-forward comes next', async () => {
    const swept = await claw(`sweep ${MADE} ${AXES} --no-report --out-of-sample 0`)
    expect(swept.err).toContain(`Next: claw walkforward ${MADE} ${AXES}\n`)
  })

  it('is drawn by the walk-forward that comes next where the sweep did not run the whole grid', async () => {
    const swept = await claw(`sweep ${MADE} ${AXES} --out-of-sample 0 --search random --trials 2`)
    expect(swept.err).toContain(`Next: claw walkforward ${MADE} ${AXES} --random 50\n`)
  })

  it('is another part when one asks for it, which the backtest is told to show', async () => {
    const { err, data } = await told(`sweep ${MADE} ${AXES} --out-of-sample 20`)
    expect(err).toMatch(
      /held back: the last 20 %, .*; claw backtest --out-of-sample 20 with the chosen values/,
    )
    const { codes } = await backtest(`${bestOf({ data, err, codes: [] })} --out-of-sample 20`)
    expect(codes).not.toContain('tried-before')
  })

  it('is all of it with --out-of-sample 0: both commands say so, and the column is named by what it is', async () => {
    const swept = await told(`sweep ${MADE} ${AXES} --out-of-sample 0`)
    expect(swept.codes).toContain('nothing-held-back')
    const { err, out } = await claw(`backtest ${MADE} --no-check --no-report${bestOf(swept)}`)
    expect(out).toContain('last 30 %')
    expect(out).not.toContain('out-of-sample')
    expect(err).toContain('3 other trials were run over rows of the last 30 %')
  })

  it('is what another backtest showed too, and a repeated one is no other', async () => {
    expect((await backtest()).codes).not.toContain('tried-before')
    expect((await backtest()).codes).not.toContain('tried-before')
    const other = await backtest(' --set period=15')
    expect(other.codes).toContain('tried-before')
    expect(other.data.parts[1].name).toBe('last 30 %')
  })
})

describe('the check of a walk-forward', () => {
  it('is told with the data and the terms of the walk-forward, and with its last choice', async () => {
    const options = `${MADE} --balance 5000 --set stopAtr=2 --intrabar path`
    const folds = '--in-sample 10 --out-of-sample=5 --anchored --purge 2 --embargo 1'
    const { err } = await claw(`walkforward ${options} ${folds} ${AXES} --no-report`)
    const [, next = ''] = /Next: claw (.*)\n/.exec(err) ?? []
    expect(next).toMatch(
      /^check S03 --synthetic 1 --bars 2000 --balance 5000 --set stopAtr=2 --intrabar path --set period=(15|20) --set deviation=(1\.5|2)$/,
    )
    expect(await claw(`${next} --cuts 1`)).toMatchObject({ code: 0 })
  })

  it('is that of the strategy where nothing was chosen', async () => {
    const { err } = await claw(
      `walkforward ${MADE} ${AXES.replace('trades 1', 'trades 100000')} --no-report --in-sample 10 --out-of-sample 5`,
    )
    expect(err).toContain(`Next: claw check ${MADE}\n`)
  })
})

describe('the deflated Sharpe ratio', () => {
  it('is one figure in terminal and page', async () => {
    await told(`sweep ${MADE} ${AXES}`)
    const { data } = await told(`backtest ${MADE} --no-check --set period=15`)
    const [run = ''] = readdirSync(join(folder, 'reports'))
    const page = JSON.parse(readFileSync(join(folder, 'reports', run, 'result.json'), 'utf8'))
    const luck = page.findings.find(({ name }: { name: string }) => name === 'Better than luck')
    expect(data.deflatedSharpe).toBeGreaterThan(0)
    expect(luck.estimate).toBe(data.deflatedSharpe)
    expect(page.trials).toMatchObject({ count: data.trials, deflatedSharpe: data.deflatedSharpe })
  })

  it('forgets no trial over a bar less or in another strategy, and those of another seed are of another market', async () => {
    const from = ' --from 2024-01-02'
    await told(`sweep ${MADE}${from} ${AXES}`)
    const trimmed = await told(`backtest ${MADE} --from 2024-01-02T00:15Z --no-check --no-report`)
    const again = await backtest(from)
    expect(trimmed.data.trials).toBe(again.data.trials)
    expect(again.data.trials).toBeGreaterThanOrEqual(4)
    const other = await told(`backtest S01 --synthetic 1 --bars 2000 --no-check --no-report`)
    expect(other.data.trials).toBe(again.data.trials + 1)
    const seeded = await told('backtest S03 --synthetic 2 --bars 2000 --no-check --no-report')
    expect(seeded.data.trials).toBe(1)
  })

  it('stays where a walk-forward ran the same parameters over parts of the data', async () => {
    await told(`sweep ${MADE} ${AXES}`)
    const before = await backtest(' --set period=15 --set deviation=2')
    await told(`walkforward ${MADE} ${AXES} --in-sample 10 --out-of-sample 5`)
    const after = await backtest(' --set period=15 --set deviation=2')
    expect(after.data.deflatedSharpe).toBe(before.data.deflatedSharpe)
    expect([before.codes.includes('tried-before'), after.codes.includes('tried-before')]).toEqual([
      false,
      true,
    ])
  })
})

describe('a search that comes to nothing', () => {
  const kept = (kind: string) => {
    const place = join(folder, '.claw', kind)
    return existsSync(place) ? readdirSync(place) : []
  }

  it('reports no probability of overfitting without a best, and lists the runs with why none has a score', async () => {
    const line = `sweep ${MADE} ${AXES} --least-trades 100000`
    const { data, codes } = await told(line)
    expect(data).toMatchObject({ best: null, overfittingProbability: null, done: 4 })
    expect(codes).toContain('no-best')
    const { code, out, err } = await claw(line)
    expect(code).toBe(0)
    expect(out).toMatch(/^ +period +deviation +trades +net profit +no score\n/)
    expect(out.match(/fewer than 100000 trades\n/g)).toHaveLength(4)
    expect(err).toMatch(
      /No run has a score, so there is no best: 4 of 4 made fewer than 100000 trades, \d+ at most/,
    )
  })

  it('leaves neither file nor folder behind when it was refused', async () => {
    const walked = await claw(`walkforward ${MADE} ${AXES} --in-sample 5000`)
    expect(walked.err).toContain('nothing is left to be judged on')
    expect(kept('walk-forwards')).toEqual([])
    const swept = await claw(`sweep ${MADE} --axis period=10:59:1 --axis deviation=1:3:0.0001 --workers 0`)
    expect(swept.err).toMatch(/grid .* combinations/)
    expect(existsSync(join(folder, '.claw'))).toBe(false)
  })

  it('says what was ended while its data were made', async () => {
    const { code, err } = await claw(`--timeout 0.2 sweep S03 --synthetic 1 --bars 5000000 ${AXES}`)
    expect(code).toBe(124)
    expect(err).toContain('Ended by --timeout while the market data were read or made: nothing was run')
    expect(kept('sweeps')).toEqual([])
  })
})

describe('a search whose runs cannot be gone on with', () => {
  /** Begins one, and has its file of runs be of another version. */
  async function older(line: string, kind: string) {
    const begun = await told(line)
    const place = join(folder, '.claw', kind)
    const file = readdirSync(place).find(name => name.endsWith('.runs.jsonl')) ?? ''
    const text = readFileSync(join(place, file), 'utf8').replace('claw.sweep-runs/4', 'claw.sweep-runs/3')
    writeFileSync(join(place, file), text)
    return { id: begun.data.id as string, file: join(place, file), text }
  }

  it.each([
    ['sweep', 'sweeps', `sweep ${MADE} ${AXES} --no-report`],
    [
      'walkforward',
      'walk-forwards',
      `walkforward ${MADE} ${AXES} --no-report --in-sample 10 --out-of-sample 5`,
    ],
  ])(
    'names the version of %s, keeps what there is, and tells the command that begins it anew',
    async (command, kind, line) => {
      const { id, file, text } = await older(line, kind)
      const { code, err } = await claw(`${command} --resume ${id}`)
      expect(code).toBe(3)
      expect(err).toContain(`${file} was written by another version: its runs are claw.sweep-runs/3`)
      expect(err).toContain(`${id} cannot be gone on with. Begin anew: claw ${line} --json\n`)
      expect(readFileSync(file, 'utf8')).toBe(text)
    },
  )

  it('tells that command when the data have changed too, and of one that was noted without it what to take', async () => {
    const { data } = await told(`sweep ${MADE} ${AXES} --no-report`)
    const noted = join(folder, '.claw', 'sweeps', `${data.id}.json`)
    const { line, ...asked } = JSON.parse(readFileSync(noted, 'utf8'))
    const bars = { ...asked, bars: 1900 }
    writeFileSync(noted, JSON.stringify({ ...bars, line }))
    expect((await claw(`sweep --resume ${data.id}`)).err).toMatch(
      / holds runs of .*\n.* Begin anew: claw sweep S03 /,
    )
    writeFileSync(noted, JSON.stringify(bars))
    expect((await claw(`sweep --resume ${data.id}`)).err).toContain(
      `Begin anew: claw sweep with the options of ${data.id}`,
    )
  })
})
