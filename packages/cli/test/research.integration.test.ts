import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject, strategyText } from './author-project.ts'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const TRADES = `if (ctx.position && n++ % params.period === 0) ctx.close()
      if (!ctx.position && ctx.pendingEntries === 0) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(100 * params.deviation) } })`

/** What a strategy looks for that waits for Ctrl-C. */
const SENT = 'ctrl-c-sent'
/** From its fifth run on it gives the test 3 s each to send it: a busy machine is late, and the sweep must not be over by then. */
const WAITS = `import { existsSync } from 'node:fs'

let runs = 0
function waitForCtrlC() {
  const end = Date.now() + (runs++ < 4 ? 0 : 3000)
  while (!existsSync('${SENT}') && Date.now() < end) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
}
`

let project: AuthorProject
beforeAll(async () => {
  project = await authorProject()
  await project.write('claw.config.ts', 'export default { market: { synthetic: { bars: 3000 } } }\n')
  const text = (name: string, body: string, before = 'let n = 0') =>
    strategyText(name, body)
      .replace('create: () => ({', `create: ({ params }) => { ${before}; return ({`)
      .replace(/\}\),\n\}\)\n$/, '}) },\n})\n')
  await project.write('strategies/holder.ts', text('holder', TRADES))
  await project.write('strategies/slow.ts', WAITS + text('slow', TRADES, 'let n = 0; waitForCtrlC()'))
  await project.write(
    'strategies/lucky.ts',
    text(
      'lucky',
      `if (Math.random() < 0.1) { if (ctx.position) ctx.close(); else ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(50) } }) }`,
    ),
  )
})
afterAll(() => project.remove())

interface Printed {
  readonly data: {
    readonly runs: readonly { readonly params: object }[]
    readonly folds: readonly {
      readonly inSample: { readonly to: number }
      readonly outOfSample: { readonly from: number }
    }[]
    readonly equity: { readonly at: readonly number[]; readonly equityMinor: readonly number[] }
  }
  readonly warnings: readonly { readonly code: string }[]
  readonly error: { readonly code: string; readonly detail: string }
}

async function json(args: string) {
  const { code, out } = await project.claw([...args.split(' '), '--json'])
  return { code, ...(JSON.parse(out) as Printed) }
}

/** Runs `claw` and sends one Ctrl-C when its progress says so. */
async function interruptedOnce(args: readonly string[], at: RegExp) {
  const sent = join(project.dir, SENT)
  await rm(sent, { force: true })
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...args], {
    cwd: project.dir,
    env: { PATH: process.env['PATH'], HOME: project.dir, CI: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout?.setEncoding('utf8').on('data', text => (out += text))
  child.stderr?.setEncoding('utf8').on('data', text => {
    const isFirst = !at.test(err)
    err += text
    if (!isFirst || !at.test(err)) return
    child.kill('SIGINT')
    writeFileSync(sent, '')
  })
  const code = await new Promise(resolve => child.on('close', resolve))
  return { code, out, err }
}

describe('claw sweep', () => {
  it('runs a TypeScript strategy on threads, tells the best with what it is worth, and counts every trial', async () => {
    const first = await project.claw(
      'sweep holder --axis period=5:15:5 --axis deviation=1,2 --workers 2'.split(' '),
    )
    expect(first.err).toContain('6 runs · 2 workers')
    expect(first.code).toBe(0)
    expect(first.out).toMatch(/period\\deviation +1 +2\n +5 /)
    expect(first.out).toMatch(
      /best sharpe \S+ @ period=\d+ deviation=\d · \d+ trades · deflated Sharpe 0\.\d\d \(6 trials\)/,
    )
    expect(first.err).toMatch(/Next: claw backtest holder --set period=\d+ --set deviation=\d\n/)
    const { data, warnings } = await json('sweep holder --axis period=6:9:1 --workers 0')
    expect(data).toMatchObject({
      strategy: 'holder',
      total: 4,
      done: 4,
      refused: 0,
      trials: 10,
      interrupted: false,
    })
    expect(data.runs.map(({ params }) => params)).toContainEqual({ period: 6 })
    expect(warnings.map(({ code }) => code)).toContain('unproven')
  })

  it('keeps what is done at the first Ctrl-C, and goes on from there', async () => {
    const args = ['sweep', 'slow', '--axis', 'period=5:16:1', '--workers', '0', '--json']
    const { code, out, err } = await interruptedOnce(args, /sweeping +[1-9]/)
    expect(code).toBe(130)
    expect(JSON.parse(out)).toMatchObject({ ok: false, data: { interrupted: true } })
    const [, done, id] =
      /(\d+) of 12 runs are done and kept\. Resume: claw sweep --resume (swp_\w+)/.exec(err) ?? []
    expect(Number(done)).toBeGreaterThan(0)
    expect(Number(done)).toBeLessThan(12)
    const resumed = await project.claw(['sweep', '--resume', id as string, '--json', '--workers', '2'])
    expect(resumed.err).toContain(`12 runs · 2 workers · ${done} of them done before`)
    expect(JSON.parse(resumed.out).data).toMatchObject({ id, total: 12, done: 12 })
    expect((await project.claw(['sweep', '--resume', 'swp_none'])).err).toContain(`The nearest: swp_`)
  })

  it('names what is wrong with an axis', async () => {
    const { code, error } = await json('sweep holder --axis peroid=5:15:5')
    expect([code, error.code]).toEqual([3, 'invalid-params'])
    expect(error.detail).toContain('Did you mean "period"?')
    expect((await project.claw(['sweep', 'holder'])).err).toContain('Name what to try, e.g. --axis period=')
    expect((await project.claw(['sweep', 'holder', '--axis', 'period'])).code).toBe(2)
  })
})

describe('claw walkforward', () => {
  const spans = ['--in-sample', '14', '--out-of-sample', '7', '--workers', '0']

  it('judges each choice on what followed', async () => {
    const { code, data, warnings } = await json(`walkforward holder --axis period=5,10 ${spans.join(' ')}`)
    expect(code).toBe(0)
    expect(data.folds.length).toBeGreaterThan(2)
    expect(data.folds[0]!.outOfSample.from - data.folds[0]!.inSample.to).toBe(86_400_000)
    expect(data.equity.at.length).toBe(data.equity.equityMinor.length)
    expect(warnings.length).toBeGreaterThan(0)
  })

  it('tells the choices that are judged at the first Ctrl-C, and goes on from there', async () => {
    const args = ['walkforward', 'slow', '--axis', 'period=5,10,15', ...spans]
    // Three runs choose for the first span.
    const { code, out, err } = await interruptedOnce(args, /walking forward +[\d.]+ ?%.* ([4-9]|1\d) runs/)
    expect(code).toBe(130)
    const [, done, total, judged, of, id] =
      /(\d+) of (\d+) runs are done and kept, (\d+) of (\d+) choices are judged\. Resume: claw walkforward --resume (wfw_\w+)/.exec(
        err,
      ) ?? []
    expect(Number(done)).toBeGreaterThan(3)
    expect(Number(done)).toBeLessThan(Number(total))
    expect(Number(judged)).toBeGreaterThan(0)
    expect(Number(judged)).toBeLessThan(Number(of))
    expect(out.match(/ → /g)?.length).toBe(Number(judged))

    const resumed = await project.claw(['walkforward', '--resume', id as string, '--json', '--workers', '2'])
    expect(resumed.code).toBe(0)
    expect(resumed.err).toContain(`${total} runs · ${done} of them done before`)
    const { data } = JSON.parse(resumed.out) as { data: Printed['data'] }
    expect(data).toMatchObject({ id, total: Number(total), done: Number(total), interrupted: false })
    expect(data.folds.length).toBe(Number(of))
    const whole = await json(args.join(' '))
    // Each search has its own id and page.
    expect({ ...whole.data, id, page: `reports/${id}.html` }).toEqual(data)
    expect((await project.claw(['walkforward', '--resume', 'wfw_none'])).err).toContain('The nearest: wfw_')
    expect((await project.claw(['walkforward'])).err).toContain('or a walk-forward to go on with')
  })
})

describe('claw check', () => {
  it('M14: names the line of chance, and exits with 12', async () => {
    const { code, out, err } = await project.claw(['check', 'lucky'])
    expect(code).toBe(12)
    expect(out).toContain('determinism ✘')
    expect(err).toMatch(
      /Two identical runs differ, first in decision \d+: [\s\S]* at 2024-01-\d\d \d\d:\d\d[\s\S]*strategies\/lucky\.ts:\d+ calls Math\.random\(\)\. Fix: use ctx\.random\(\)/,
    )
  })

  it('passes an honest strategy, in JSON too', async () => {
    const { code, data } = await json('check S03 --synthetic 1 --bars 3000 --cuts 4')
    expect(code).toBe(0)
    expect(data).toMatchObject({ passed: true, findings: [], runs: 9 })
  })
})
