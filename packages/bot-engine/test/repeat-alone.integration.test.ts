import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unixMs } from '@openclaw-trading/trading-model'
import { afterAll, describe, expect, it } from 'vitest'
import { SYNTHETIC_XAUUSD, syntheticBars } from '../src/data/index.ts'
import { cooldown } from '../src/index.ts'
import {
  bestRun,
  isEngineError,
  repeatAlone,
  sweep,
  type SweepRun,
  walkForward,
} from '../src/research/index.ts'
import type { honest } from './counting-strategy.ts'

type S = typeof honest
const folder = mkdtempSync(join(tmpdir(), 'repeat-'))
afterAll(() => rmSync(folder, { recursive: true }))

const url = new URL('./counting-strategy.ts', import.meta.url).href
const options = {
  instrument: SYNTHETIC_XAUUSD,
  data: syntheticBars({
    seed: 1,
    instrument: SYNTHETIC_XAUUSD,
    timeframe: 'm15',
    count: 3000,
    startAt: unixMs(Date.UTC(2025, 0, 6)),
  }),
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
}
const grid = { every: [7, 11, 13, 17, 19, 23] }

async function lastOf(exportName: string, more: { workers: number; resultsFile?: string }) {
  let last: SweepRun<S> | undefined
  for await (const run of sweep<S>({ url, exportName }, { ...options, ...more, grid })) last = run
  return last as SweepRun<S>
}

describe('a run that is repeated alone', () => {
  for (const workers of [0, 2]) {
    for (const name of ['inModule', 'inImported', 'inGlobal'])
      it(`is another one of a strategy that counts its runs (${name}, ${workers} workers)`, async () => {
        const module = { url, exportName: name }
        const run = await lastOf(name, { workers })
        const again = await repeatAlone<S>(module, run, options)
        expect(again.isSame).toBe(false)
        expect(again.report.metrics.tradeCount).toBeGreaterThan(0)
        expect(again.report.metrics).not.toEqual(run.report.metrics)
        // It is that of a thread which has made none before, each time.
        expect((await repeatAlone<S>(module, { ...run, report: again.report }, options)).isSame).toBe(true)
      })

    it(`is the same of an honest strategy, taken over from a file too (${workers} workers)`, async () => {
      const resultsFile = join(folder, `honest-${workers}.jsonl`)
      for (const _ of ['new', 'taken over']) {
        const run = await lastOf('honest', { workers, resultsFile })
        const again = await repeatAlone<S>({ url, exportName: 'honest' }, run, options)
        expect(again).toEqual({ isSame: true, report: run.report })
      }
    })
  }

  it('runs over the sample of a fold, with the protections of the search', async () => {
    const DAY_MS = 86_400_000
    const protections = [cooldown({ minutes: 120, after: 'trade' })]
    const told = { ...options, protections }
    for (const [name, isSame] of [
      ['honest', true],
      ['inModule', false],
    ] as const) {
      const module = { url, exportName: name }
      const walk = { ...told, grid, inSampleMs: 14 * DAY_MS, outOfSampleMs: 7 * DAY_MS, workers: 2 }
      const {
        params,
        inSample: span,
        inSampleReport: report,
      } = (await walkForward<S>(module, walk)).folds.at(-1) ?? {}
      if (params === undefined || span === undefined || report === undefined)
        throw new RangeError('no choice')
      const again = await repeatAlone<S>(module, { key: 'chosen', params, report }, { ...told, span })
      expect(again.isSame).toBe(isSame)
    }
  })

  it('ends with the signal, and names what fails', async () => {
    const run = bestRun([await lastOf('honest', { workers: 0 })], 'net-profit') as SweepRun<S>
    const controller = new AbortController()
    const ended = repeatAlone<S>({ url, exportName: 'honest' }, run, {
      ...options,
      signal: controller.signal,
    })
    controller.abort(new RangeError('enough'))
    await expect(ended).rejects.toThrow('enough')
    const missing = await repeatAlone<S>({ url, exportName: 'gone' }, run, options).catch(error => error)
    expect(isEngineError(missing, 'invalid-options')).toBe(true)
  })
})
