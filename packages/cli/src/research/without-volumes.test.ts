import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runClaw } from '../../test/run-claw.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'claw-volumes-'))
  writeFileSync(join(dir, 'none.csv'), bars(0))
  writeFileSync(join(dir, 'some.csv'), bars(7))
})
afterAll(() => rmSync(dir, { recursive: true }))

/** Three days of bars of 15 minutes. */
function bars(volume: number): string {
  const rows = Array.from(
    { length: 288 },
    (_, i) => `${Date.UTC(2024, 0, 9) + i * 900_000},2000,2001,1999,2000.5,${i === 200 ? volume : 0}`,
  )
  return `timestamp_ms,open,high,low,close,volume\n${rows.join('\n')}\n`
}

async function codesOf(strategy: string, file: string): Promise<readonly string[]> {
  const line = `backtest ${strategy} --data ${file} --no-check --no-report --json`
  const { out } = await runClaw(line, dir)
  return JSON.parse(out).warnings.map(({ code }: { code: string }) => code)
}

describe('bars without any volume', { timeout: 60_000 }, () => {
  it('are told where the strategy reads volumes', async () => {
    expect(await codesOf('S07', 'none.csv')).toContain('no-volume')
  })

  it('are nothing to a strategy that reads none, and a single volume is enough', async () => {
    expect(await codesOf('S02', 'none.csv')).not.toContain('no-volume')
    expect(await codesOf('S07', 'some.csv')).not.toContain('no-volume')
  })
})
