import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordSession } from '../../test/record-session.ts'
import { runClaw } from '../../test/run-claw.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claw-parity-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  await recordSession(join(folder, 'one.clawses'))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const claw = (line: string) => runClaw(line, folder)

describe('claw parity', { timeout: 30_000 }, () => {
  it('finds the strategy that was recorded, and says that all is the same', async () => {
    const { code, out, err } = await claw('parity one.clawses --min-score 1')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(
      /^ {2}run-1 · xauusd-bollinger-bounce · XAUUSD · 2025-01-06 07:00:\d\d to .* UTC · 60\D000 quotes\n/,
    )
    expect(out).toMatch(/\n {2}parity 1\.0000 over \d+ trades\n$/)
  })

  it('tells what differs, which trade was the first, and fails below the score that is demanded', async () => {
    const { code, out, err } = await claw('parity one.clawses --latency 4000 --min-score 0.9999 --limit 2')
    expect(code).toBe(12)
    expect(out).toMatch(/# +ENTRY \(UTC\) +SIDE +SESSION +REPLAY +SCORE +CAUSES +SESSION − REPLAY/)
    expect(out).toMatch(/entry time −3950 ms/)
    expect(out).toMatch(/more: --limit \d+/)
    expect(out).toContain('Trade 1 is the first that differs: what follows may come of it.')
    expect(err).toMatch(/✘ parity 0\.\d{4} over \d+ trades, and --min-score demands 0\.9999\./)
    expect((await claw('parity one.clawses --latency 4000')).code).toBe(0)
  })

  it('replays another strategy, and warns that it is one', async () => {
    const { code, out, err } = await claw('parity one.clawses S05 --json')
    expect(code).toBe(3)
    expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: 'invalid-params' } })
    expect(err).toContain('timeframe')
    writeFileSync(
      join(folder, 'calm.mjs'),
      `export default {
         kind: 'strategy', name: 'calm', params: { safeParse: data => ({ success: true, data }) },
         feeds: () => ({ main: { timeframe: 'm1' } }), create: () => ({}),
       }`,
    )
    const calm = JSON.parse((await claw('parity one.clawses ./calm.mjs --json')).out)
    expect(calm.data).toMatchObject({ score: 0, first: 1, causes: { extra: expect.any(Number) } })
    expect(calm.warnings).toEqual([{ code: 'other-strategy', message: expect.stringContaining('calm') }])
  })

  it('tells of a torn recording and of a session without trades', async () => {
    const torn = join(folder, 'torn.clawses')
    writeFileSync(torn, readFileSync(join(folder, 'one.clawses')))
    truncateSync(torn, 5000)
    const { code, out, err } = await claw('parity torn.clawses')
    expect(code).toBe(0)
    expect(err).toMatch(/⚠ The recording is torn, as by a crash: its last [\d\D]+ bytes were cut\.\n/)
    expect(err).toMatch(/⚠ The recording ended before the run, at .* \(unknown\)\.\n/)
    expect(out).toContain('parity – (no trades to compare)')
    expect(await claw('parity torn.clawses --min-score 0')).toMatchObject({ code: 12 })
  })

  it('warns of other code, and of a venue that nobody has described', async () => {
    await recordSession(join(folder, 'other.clawses'), {
      isVenueTold: false,
      codeHash: '0123456789ab',
      maxBytes: 70_000,
    })
    const { warnings } = JSON.parse((await claw('parity other.clawses --json')).out)
    expect(warnings.map(({ code }: { readonly code: string }) => code)).toEqual([
      'other-code',
      'recording-ended-early',
      'venue-assumed',
    ])
  })
})
