import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject, strategyText } from './author-project.ts'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const TRADES = `if ((n++ + late) % params.period !== 0) return
      if (ctx.position) ctx.close()
      else ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(100 * params.deviation) } })`

/** A strategy that trades three bars later when `late` says so. */
const text = (name: string, late: string, before = '') =>
  before +
  strategyText(name, TRADES)
    .replace('create: () => ({', `create: ({ params }) => { let n = 0; const late = ${late}; return ({`)
    .replace(/\}\),\n\}\)\n$/, '}) },\n})\n')

let project: AuthorProject
beforeAll(async () => {
  project = await authorProject()
  await project.write('claw.config.ts', 'export default { market: { synthetic: { bars: 3000 } } }\n')
  await project.write('strategies/honest.ts', text('honest', '0'))
  await project.write('strategies/counts.ts', text('counts', 'made++ === 0 ? 0 : 3', 'let made = 0\n'))
  await project.write('lib/made.ts', 'let made = 0\nexport const isFirst = () => made++ === 0\n')
  await project.write(
    'strategies/imports.ts',
    text('imports', 'isFirst() ? 0 : 3', "import { isFirst } from '../lib/made.ts'\n"),
  )
  // Without workers only the repeat is in a thread.
  const waits = `import { isMainThread } from 'node:worker_threads'
const pause = () => { if (!isMainThread) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30000); return 0 }
`
  await project.write('strategies/waits.ts', text('waits', 'pause()', waits))
  const fails = `import { isMainThread } from 'node:worker_threads'
const cached = () => { if (!isMainThread) throw new RangeError('no cache'); return 0 }
`
  await project.write('strategies/fails.ts', text('fails', 'cached()', fails))
})
afterAll(() => project.remove())

interface Printed {
  readonly data: {
    readonly id: string
    readonly page: string
    readonly repeat: { readonly outcome: string; readonly score: number; readonly metrics: object } | null
    readonly best: { readonly score: number; readonly metrics: object } | null
    readonly deflatedSharpe: number | null
    readonly overfittingProbability: number | null
    readonly neighbours: object | null
  }
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
}

async function json(args: string): Promise<Printed> {
  const { code, out, err } = await project.claw([...args.split(' '), '--json'])
  expect(code, err).toBe(0)
  return JSON.parse(out) as Printed
}

const sweep = (name: string) => `sweep ${name} --axis period=7,11,13,17 --least-trades 5`
const walk = (name: string) => `walkforward ${name} --axis period=7,11,13 --in-sample 14 --out-of-sample 7`
const told = ({ warnings }: Printed) => warnings.find(({ code }) => code === 'carried-over')?.message

describe('the best of a sweep, made once more', () => {
  for (const workers of [0, 2]) {
    for (const name of ['counts', 'imports'])
      it(`is told to be another run where the strategy carries something over (${name}, ${workers} workers)`, async () => {
        const first = await json(`${sweep(name)} --workers ${workers}`)
        expect(told(first)).toMatch(
          /^The best run has sharpe \S+, \d+ trades, \d+ orders, net .*; made once more in a fresh thread, .* it has sharpe \S+, \d+ trades/,
        )
        expect(told(first)).toContain(`claw check ${name} --set period=`)
        const { repeat, best, deflatedSharpe, overfittingProbability, neighbours, id } = first.data
        expect(repeat?.outcome).toBe('differs')
        expect(repeat?.score).not.toBe(best?.score)
        expect(repeat?.metrics).not.toEqual(best?.metrics)
        expect([deflatedSharpe, overfittingProbability, neighbours]).toEqual([null, null, null])
        const resumed = await json(`sweep --resume ${id} --workers ${workers}`)
        expect(told(resumed)).toBe(told(first))
      })

    it(`is the same run of an honest strategy, taken over too, of which nothing is said (${workers} workers)`, async () => {
      const first = await json(`${sweep('honest')} --workers ${workers}`)
      const resumed = await json(`sweep --resume ${first.data.id} --workers ${workers}`)
      for (const { data, warnings } of [first, resumed]) {
        expect(data.repeat).toMatchObject({ outcome: 'same', score: data.best?.score })
        expect(data.neighbours).not.toBeNull()
        expect(warnings.map(({ code }) => code)).not.toContain('carried-over')
      }
    })
  }

  it('is not presented as the best to people, and the check is what comes next', async () => {
    const { out, err, code } = await project.claw(`${sweep('counts')} --workers 0 --bars 2500`.split(' '))
    expect(code).toBe(0)
    expect(out).toMatch(/best sharpe \S+ \(alone \S+: not to be believed\) @ period=\d+ .* deflated Sharpe –/)
    expect(err).toMatch(/Next: claw check counts --bars 2500 --set period=\d+\n/)
    const page = await readFile(join(project.dir, /Report: (\S+)/.exec(err)?.[1] ?? ''), 'utf8')
    expect(page).toContain('Best sharpe, alone')
    expect(page).toContain('The strategy carries something from run to run')
    const explained = await project.claw(['explain', 'carried-over'])
    expect(explained.out).toContain('inside create()')
  })

  it('that fails alone is told with its reason', async () => {
    const printed = await json(`${sweep('fails')} --workers 0`)
    expect(printed.data.repeat).toMatchObject({ outcome: 'differs', score: null, metrics: null })
    expect(told(printed)).toMatch(/with no run before it, it fails: .*no cache/)
  })

  it('leaves what was found when Ctrl-C ends it', async () => {
    const args = [...sweep('waits').split(' '), '--workers', '0', '--json', '--verbose']
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: project.dir,
      env: { PATH: process.env['PATH'], HOME: project.dir, CI: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', told => (output.out += told))
    child.stderr.setEncoding('utf8').on('data', told => {
      const wasThere = output.err.includes('runs.jsonl')
      output.err += told
      if (!wasThere && output.err.includes('runs.jsonl')) child.kill('SIGINT')
    })
    const code = await new Promise(resolve => child.on('close', resolve))
    expect(code).toBe(130)
    const { data, warnings } = JSON.parse(output.out) as Printed
    expect(data).toMatchObject({ done: 4, total: 4, interrupted: true, repeat: null })
    expect(data.best).not.toBeNull()
    expect(warnings.map(({ code }) => code)).toContain('interrupted')
  })
})

describe('the last choice of a walk-forward, made once more in its sample', () => {
  for (const workers of [0, 2])
    it(`is told to be another run where the strategy carries something over (${workers} workers)`, async () => {
      const first = await json(`${walk('counts')} --workers ${workers}`)
      expect(told(first)).toMatch(
        /^The choice of the last fold, in its sample, has sharpe .* no figure of this walk-forward/,
      )
      expect(first.data.repeat?.outcome).toBe('differs')
      expect(told(await json(`walkforward --resume ${first.data.id} --workers ${workers}`))).toBe(told(first))
      const honest = await json(`${walk('honest')} --workers ${workers}`)
      expect([honest.data.repeat?.outcome, told(honest)]).toEqual(['same', undefined])
    })

  it('is not presented as a result to people', async () => {
    const { out, err } = await project.claw(`${walk('imports')} --workers 0`.split(' '))
    expect(out).toContain('not to be believed: the last choice is another run alone')
    expect(err).toContain('Next: claw check imports')
    const page = await readFile(join(project.dir, /Report: (\S+)/.exec(err)?.[1] ?? ''), 'utf8')
    expect(page).toContain('The same run alone')
  })
})
