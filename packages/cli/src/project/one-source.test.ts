import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runClaw } from '../../test/run-claw.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-one-'))
  mkdirSync(join(folder, 'strategies'))
  writeFileSync(join(folder, 'claw.config.mjs'), 'export default {}\n')
  writeFileSync(join(folder, 'gold.csv'), 'timestamp_ms,bid,ask\n1704186000000,2081,2081.2\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('one option never makes another count for nothing', () => {
  it.each([
    ['--data gold.csv --synthetic', '--synthetic is of a seeded market, and --data of a file'],
    ['--data gold.csv --bars 500', '--bars is of a seeded market, and --data of a file'],
    ['--data gold.csv --ticks', '--ticks takes quotes of the store, and --data what its file holds'],
    ['--synthetic --ticks', '--ticks takes quotes of the store, and --synthetic makes bars'],
  ])('%s is refused', async (options, told) => {
    expect(await runClaw(`backtest S03 ${options} --no-report`, folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining(told),
    })
  })
})

describe('what cannot be meant is a wrong call', () => {
  it('of a folder as the strategy, with how to name one', async () => {
    expect(await runClaw('backtest ./strategies', folder)).toMatchObject({
      code: 4,
      err: expect.stringContaining('strategies is a folder. Name the file of the strategy in it'),
    })
  })

  it('of a balance that no money holds', async () => {
    expect(await runClaw('backtest S03 --balance 1e308', folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining('It must be at most 1000000000000'),
    })
  })

  it('of an axis with more values than a search has', async () => {
    const { code, err } = await runClaw('sweep S03 --axis period=10:4000000:1', folder)
    expect([code, err]).toEqual([2, expect.stringContaining('at most 1000000 values')])
  })
})
