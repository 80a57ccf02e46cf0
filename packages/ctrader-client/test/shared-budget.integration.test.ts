import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { RateBudget } from '../src/index.ts'
import { sharedRateBudget } from '../src/node/index.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const TSX = import.meta.resolve('tsx')
const CHILD = fileURLToPath(new URL('shared-budget-child.ts', import.meta.url))

interface Taken {
  readonly kind: string
  readonly atMs: number
  readonly waitedMs: number
  readonly by: number
}

let folder: string
let path: string
const children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'budget-'))
  path = join(folder, 'budget.json')
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Taker {
  readonly child: ChildProcess
  /** Lets it take. */
  begin(): void
  /** Has told of what it has taken first. */
  readonly first: Promise<void>
  readonly ended: Promise<unknown>
}

/**
 * Processes that take once they are told to, each with its own arguments, and end by themselves. A busy machine starts one
 * seconds behind another, so all are there before anything begins.
 */
async function takers(
  taken: Taken[],
  ...argsOfEach: readonly (readonly string[])[]
): Promise<readonly Taker[]> {
  const started = argsOfEach.map((args, index) => taker(taken, index + 1, args))
  await Promise.all(started.map(({ ready }) => ready))
  return started
}

function taker(
  taken: Taken[],
  by: number,
  args: readonly string[],
): Taker & { readonly ready: Promise<unknown> } {
  const child = spawn(process.execPath, ['--import', TSX, CHILD, path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] ?? '' },
  })
  children.push(child)
  const lines = createInterface({ input: child.stdout })
  const ready = once(lines, 'line')
  const first = new Promise<void>(resolve => {
    lines.on('line', line => {
      const [kind = '', atMs, waitedMs] = line.split(' ')
      if (kind === 'ready') return
      taken.push({ kind, atMs: Number(atMs), waitedMs: Number(waitedMs), by })
      resolve()
    })
  })
  return { child, ready, first, ended: once(child, 'close'), begin: () => void child.stdin.write('go\n') }
}

/**
 * A process may lose the processor between its grant and the note of its time: so much less than a second counts. In the
 * rest 40 are granted, and no more than ten can be noted there that were granted within this time before it.
 */
const NOTED_LATE_MS = 200

function busiestSecond(taken: readonly Taken[]): number {
  const times = taken.map(({ atMs }) => atMs)
  const spanMs = 1000 - NOTED_LATE_MS
  return Math.max(...times.map(from => times.filter(at => at >= from && at < from + spanMs).length))
}

describe('sharedRateBudget', () => {
  it('keeps three processes together at 50 requests in any second, in equal shares', async () => {
    const taken: Taken[] = []
    const all = await takers(taken, ...[1, 2, 3].map(() => ['entry', '60']))
    for (const one of all) one.begin()
    await Promise.all(all.map(({ ended }) => ended))
    expect(taken).toHaveLength(180)
    expect(busiestSecond(taken)).toBeLessThanOrEqual(50)
    // While all three are there: a machine does not start them at one instant.
    const times = [1, 2, 3].map(by => taken.filter(each => each.by === by).map(({ atMs }) => atMs))
    const from = Math.max(...times.map(own => Math.min(...own)))
    const to = Math.min(...times.map(own => Math.max(...own)))
    const shares = times.map(own => own.filter(atMs => atMs >= from && atMs <= to).length)
    // Had one been served behind the others, it would be 60 behind.
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThan(30)
  })

  it('gives the share of a process that dies to the others', async () => {
    const taken: Taken[] = []
    const all = await takers(taken, ['entry', '200'], ['entry', '120'])
    const [dying, living] = all as [Taker, Taker]
    for (const one of all) one.begin()
    await dying.first
    dying.child.kill('SIGKILL')
    await dying.ended
    await living.ended
    const own = taken.filter(({ by }) => by === 2)
    expect(own).toHaveLength(120)
    expect(busiestSecond(taken)).toBeLessThanOrEqual(50)
    // More within one span than the five of one of two.
    const spans = own.map(
      ({ atMs }) => own.filter(each => each.atMs >= atMs && each.atMs < atMs + 190).length,
    )
    expect(Math.max(...spans)).toBeGreaterThan(5)
  })

  it('lets the exits of one process pass what the others have waiting', async () => {
    const taken: Taken[] = []
    // Five seconds of waiting entries.
    const [crowd, exits] = (await takers(taken, ['entry', '250'], ['exit', '5', '60'])) as [Taker, Taker]
    crowd.begin()
    await crowd.first
    exits.begin()
    await exits.ended
    const behind = 250 - taken.filter(({ by }) => by === 1).length
    expect(taken.filter(({ by }) => by === 2)).toHaveLength(5)
    expect(behind).toBeGreaterThan(0)
    crowd.child.kill('SIGKILL')
    await crowd.ended
  })

  it('gives an exit of one process the next place, whatever waits there and elsewhere', async () => {
    // Each counts for itself in the file, as a process does; both are late together when the machine is.
    const [ours, theirs] = [sharedRateBudget(path), sharedRateBudget(path)]
    const done = new AbortController()
    let entries = 0
    const enter = (budget: RateBudget) => {
      const granted = () => (entries += 1)
      budget.take('entry', done.signal).then(granted, () => {})
    }
    for (let i = 0; i < 200; i++) for (const budget of [ours, theirs]) enter(budget)
    await expect.poll(() => entries).toBeGreaterThan(20)
    const before: number[] = []
    for (let i = 0; i < 10; i++) {
      const asked = entries
      await ours.take('exit')
      before.push(entries - asked)
    }
    done.abort()
    expect(entries).toBeLessThan(300)
    // One span grants ten. Served in the order of asking, each would have more than a hundred before it.
    expect(Math.max(...before)).toBeLessThanOrEqual(10)
    expect(before.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(10)
  })

  it('counts a damaged file as full, and a lock that a dead process left as left behind', async () => {
    await writeFile(path, '{"requests":')
    await writeFile(`${path}.lock`, '')
    const budget = sharedRateBudget(path)
    expect(budget.tryTake?.('entry')).toBe(false)
    // What a process may take at once lasts a fifth of a second; a busy machine may be late for it.
    await expect
      .poll(async () => {
        await budget.take('entry')
        return budget.tryTake?.('entry')
      })
      .toBe(true)
  })

  it('lets exits go on where the file cannot be used, and nothing else', async () => {
    const budget = sharedRateBudget(join(folder, 'missing', 'budget.json'))
    await expect(budget.take('entry')).rejects.toMatchObject({ code: 'state-unavailable' })
    await expect(budget.take('historical')).rejects.toMatchObject({ code: 'state-unavailable' })
    await budget.take('exit')
  })
})
