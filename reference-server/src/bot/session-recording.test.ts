import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLogger } from '../observability/logger.ts'
import { KEPT_RECORDINGS, sessionRecording } from './session-recording.ts'

let stateDir: string
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'claw-sessions-'))
})
afterEach(() => rm(stateDir, { recursive: true }))

const told: string[] = []
const logger = { ...silentLogger, error: (_fields: object, message: string) => void told.push(message) }
const facts = { sessionId: 's1', entry: { module: 'made-in-a-test' }, logger }

it('records nothing unless it was asked to', async () => {
  expect(await sessionRecording({ stateDir }, facts)).toBeUndefined()
  expect(await readdir(stateDir)).toEqual([])
})

it('keeps the newest recordings of a bot, and leaves other files alone', async () => {
  const folder = join(stateDir, 'sessions')
  await mkdir(folder)
  for (let day = 10; day < 10 + KEPT_RECORDINGS + 5; day++)
    await writeFile(join(folder, `2020-01-${day}-old.clawses`), '')
  await writeFile(join(folder, '2000-notes.txt'), '')
  const recorder = await sessionRecording({ stateDir, recordSessions: true }, facts)
  await recorder?.close()
  const names = (await readdir(folder)).sort()
  expect(names).toHaveLength(KEPT_RECORDINGS + 1)
  expect(names.slice(0, 2)).toEqual(['2000-notes.txt', '2020-01-16-old.clawses'])
  expect(names.at(-1)).toMatch(/^20\d\d-.*-s1\.clawses$/)
  expect((await stat(join(folder, names.at(-1) ?? ''))).mode & 0o777).toBe(0o600)
})

it('is no reason not to trade when the disk takes no recording', async () => {
  await writeFile(join(stateDir, 'sessions'), 'in the way')
  told.length = 0
  expect(await sessionRecording({ stateDir, recordSessions: true }, facts)).toBeUndefined()
  expect(told).toEqual(['session is not recorded'])
})
