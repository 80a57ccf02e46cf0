import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject } from './author-project.ts'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
/** No file may be larger, in KiB: more than what is tried before a run, less than any page. The system refuses as a full disk does. */
const LARGEST = 80

let project: AuthorProject
beforeAll(async () => {
  project = await authorProject()
  await project.write('claw.config.ts', 'export default {}\n')
})
afterAll(() => project.remove())

/** Runs a command that finds no more room in the midst of it. */
function fullClaw(line: string): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(
    'bash',
    ['-c', `ulimit -f ${LARGEST}; exec "$@"`, 'bash', process.execPath, MAIN, ...line.split(' ')],
    {
      cwd: project.dir,
      env: { PATH: process.env['PATH'], HOME: project.dir, CI: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const text = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', more => (text.out += more))
  child.stderr.setEncoding('utf8').on('data', more => (text.err += more))
  return new Promise(resolve => child.on('close', code => resolve({ code, ...text })))
}

const MADE = 'S03 --synthetic 1 --bars 2000'
const AXES = '--axis period=15,20 --axis deviation=1.5,2 --workers 0 --least-trades 1'
const LOST = /EFBIG, the file would be too large\).* What was found has been told/

describe.skipIf(process.platform === 'win32')('a disk that is full at the end', () => {
  it('takes the report of a backtest, and not its figures; half a report does not stay', async () => {
    const { code, out, err } = await fullClaw(`backtest ${MADE} --no-check`)
    expect(out).toContain('Net profit')
    expect(err).toMatch(LOST)
    expect(err).toContain('code: not-writable')
    expect(code).toBe(5)
    expect(readdirSync(join(project.dir, 'reports'))).toEqual([])
  })

  it('leaves a program that reads JSON one object, with the result and the failure', async () => {
    const { code, out } = await fullClaw(`backtest ${MADE} --no-check --json`)
    expect(JSON.parse(out)).toMatchObject({
      schema: 'claw.backtest/1',
      ok: false,
      data: { report: null, trials: expect.any(Number) },
      error: { code: 'not-writable', exit: 5 },
    })
    expect(code).toBe(5)
  })

  it.each([
    ['sweep', `sweep ${MADE} ${AXES}`, /best sharpe/],
    ['walk-forward', `walkforward ${MADE} ${AXES} --in-sample 10 --out-of-sample 5`, /efficiency/],
  ])('takes the page of a %s, which the runs that are kept make again', async (_, line, told) => {
    const { code, out, err } = await fullClaw(line)
    expect(out).toMatch(told)
    expect(err).toMatch(LOST)
    expect(code).toBe(5)
    const [, resume = ''] = /claw ((?:sweep|walkforward) --resume \S+) writes it/.exec(err) ?? []
    const again = await project.claw(resume.split(' '))
    expect(again.err).toContain('Report: reports/')
    expect(again.code).toBe(0)
  })

  it('in the midst of a sweep leaves what was done until then', async () => {
    const { code, out, err } = await fullClaw(
      `sweep ${MADE} --axis period=5:100:1 --axis deviation=1:3:0.25 --workers 0 --least-trades 1 --no-report`,
    )
    expect(out).toMatch(/best sharpe/)
    expect(err).toMatch(/runs\.jsonl cannot be written \(EFBIG\).* What was found has been told/)
    expect(code).toBe(5)
  })
})
