import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openProject } from '../project/config.ts'
import { findRun, runsOf } from './runs.ts'

const SECOND = Date.UTC(2026, 0, 5, 10, 15)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-newest-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Files are written in another order than reports were made: their times tell nothing. */
function made(name: string, document: { readonly createdAt?: number } | string) {
  const run = join(folder, 'reports', name)
  mkdirSync(run, { recursive: true })
  writeFileSync(
    join(run, 'result.json'),
    typeof document === 'string' ? document : JSON.stringify({ schema: 'openclaw.run/3', ...document }),
  )
}
const newestFirst = async (of = folder) => runsOf(await openProject({ cwd: of })).map(({ id }) => id)

describe('the newest run', () => {
  it('is of two strategies in one second the one whose report was made last', async () => {
    made('2026-01-05-101500-alpha', { createdAt: SECOND + 700 })
    made('2026-01-05-101500-zeta', { createdAt: SECOND + 100 })
    made('2026-01-05-101459-omega', { createdAt: SECOND - 1 })
    expect(await newestFirst()).toEqual([
      '2026-01-05-101500-alpha',
      '2026-01-05-101500-zeta',
      '2026-01-05-101459-omega',
    ])
    expect(findRun('latest', await openProject({ cwd: folder }), folder).id).toBe('2026-01-05-101500-alpha')
  })

  it('is of one strategy in one second the tenth before the second and the first', async () => {
    const names = ['', '-2', '-9', '-10', '-11'].map(number => `2026-01-05-101500-alpha${number}`)
    for (const [index, name] of names.entries()) made(name, { createdAt: SECOND + index })
    expect(await newestFirst()).toEqual(names.toReversed())
  })

  it('is of one millisecond, or where documents state no time, the one of the greatest number', async () => {
    const names = ['', '-2', '-9', '-10', '-11'].map(number => `2026-01-05-101500-alpha${number}`)
    for (const name of names) made(name, { createdAt: SECOND })
    expect(await newestFirst()).toEqual(names.toReversed())
    for (const name of names) made(name, '{ "createdAt":')
    expect(await newestFirst()).toEqual(names.toReversed())
  })

  it('is the same in a copy, whose files have other times', async () => {
    made('2026-01-05-101500-alpha', { createdAt: SECOND + 700 })
    made('2026-01-05-101500-zeta', { createdAt: SECOND + 100 })
    const copy = join(folder, 'copy')
    cpSync(join(folder, 'reports'), join(copy, 'reports'), { recursive: true })
    utimesSync(join(copy, 'reports/2026-01-05-101500-alpha/result.json'), 0, 0)
    expect(await newestFirst(copy)).toEqual(['2026-01-05-101500-alpha', '2026-01-05-101500-zeta'])
  })

  it('stands where its document says when its folder was renamed, and last when that says nothing', async () => {
    made('2026-01-05-101500-alpha', { createdAt: SECOND + 700 })
    made('best-so-far', { createdAt: SECOND + 300 })
    made('2026-01-05-101500-zeta', { createdAt: SECOND + 100 })
    made('unknown', {})
    expect(await newestFirst()).toEqual([
      '2026-01-05-101500-alpha',
      'best-so-far',
      '2026-01-05-101500-zeta',
      'unknown',
    ])
  })
})
