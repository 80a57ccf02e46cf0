import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { childEnvironment } from '../src/config.ts'
import { silentLogger } from '../src/observability/logger.ts'
import type { VenueMode } from '../src/venue/venue-mode.ts'
import { VenueProcess } from '../src/venue/venue-process.ts'
import { builtEntry } from './built.ts'

let dir: string
const venues: VenueProcess[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'claw-venue-'))
})
afterEach(async () => {
  for (const venue of venues.splice(0)) await venue.close()
  await rm(dir, { recursive: true, force: true })
})

async function start(
  mode: Partial<VenueMode> = {},
  health: (up: boolean) => void = () => {},
): Promise<VenueProcess> {
  const venue = await VenueProcess.start({
    entry: builtEntry('venue'),
    mode: { type: 'simulated', seed: 3, speed: 60, stateDir: join(dir, 'venue'), ...mode } as VenueMode,
    env: childEnvironment(),
    logger: silentLogger,
    onHealth: health,
  })
  venues.push(venue)
  return venue
}
const lives = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

it('listens with a certificate and credentials of its own, and ends without a trace', async () => {
  const venue = await start()
  expect(venue.access).toMatchObject({ host: '127.0.0.1', ca: expect.stringContaining('BEGIN CERTIFICATE') })
  const { pid } = venue
  expect(pid === undefined || lives(pid)).toBe(true)
  await venue.close()
  expect(pid === undefined || lives(pid)).toBe(false)
})

it('is the same venue after it was killed, on the port it has then', async () => {
  let back: () => void = () => {}
  const isBack = new Promise<void>(resolve => {
    back = resolve
  })
  const heard: boolean[] = []
  const venue = await start({}, up => {
    heard.push(up)
    if (up) back()
  })
  const { venueId } = venue.access ?? {}
  process.kill(venue.pid ?? 0, 'SIGKILL')
  await isBack
  expect(heard).toEqual([false, true])
  expect(venue.access?.venueId).toBe(venueId)
})

it('names the line of a damaged tick file', async () => {
  const ticks = join(dir, 'ticks.csv')
  await writeFile(ticks, 'timestamp_ms,bid,ask\n1000,1290.1,1290.2\n2000,abc,1290.2\n')
  await expect(
    start({ type: 'replay', ticks, latencyMs: 50, gate: 'lookahead', polling: false }),
  ).rejects.toThrow(/^\[data-invalid\].*ticks\.csv:3 /)
})

it('says which tick file is missing', async () => {
  await expect(
    start({ type: 'replay', ticks: join(dir, 'none.csv'), latencyMs: 50, gate: 'lookahead', polling: false }),
  ).rejects.toThrow(/^\[data-invalid\].*none\.csv/)
})
