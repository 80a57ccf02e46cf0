import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isSimulatorError } from './errors.ts'
import { type Logger, SILENT } from './options.ts'
import { COMPACT_BYTES, STATE_FILE, StateFile } from './persistence.ts'

const root = mkdtempSync(join(tmpdir(), 'venue-state-'))
afterAll(() => rmSync(root, { recursive: true }))

let directories = 0
const newDirectory = () => join(root, `d${directories++}`)

function written(records: readonly unknown[]): { directory: string; file: string } {
  const directory = newDirectory()
  const { state } = StateFile.open(directory, SILENT)
  for (const record of records) state.append(record, false)
  state.close()
  return { directory, file: join(directory, STATE_FILE) }
}

function reopen(directory: string, logger: Logger = SILENT): readonly unknown[] {
  const { state, records } = StateFile.open(directory, logger)
  state.close()
  return records
}

describe('StateFile', () => {
  it('returns what was appended, in order', () => {
    const { directory } = written([{ n: 1 }, { n: 2, text: 'ä\n' }])
    expect(reopen(directory)).toEqual([{ n: 1 }, { n: 2, text: 'ä\n' }])
  })

  it('cuts a last line that was not written to its end, names it, and appends after the good ones', () => {
    const { directory, file } = written([{ n: 1 }, { n: 2 }, { n: 3 }])
    truncateSync(file, readFileSync(file).length - 3)
    const warnings: Record<string, unknown>[] = []
    const { state, records } = StateFile.open(directory, {
      ...SILENT,
      warn: fields => warnings.push({ ...fields }),
    })
    expect(records).toEqual([{ n: 1 }, { n: 2 }])
    expect(warnings).toEqual([{ file, line: 3, cutBytes: expect.any(Number) }])
    state.append({ n: 4 }, true)
    state.close()
    expect(reopen(directory)).toEqual([{ n: 1 }, { n: 2 }, { n: 4 }])
  })

  it('cuts rubbish at the end, also with line ends in it', () => {
    const { directory, file } = written([{ n: 1 }])
    appendFileSync(file, '\0\0\0\0\n00000000 {"n":2}\nrest')
    expect(reopen(directory)).toEqual([{ n: 1 }])
    expect(reopen(directory)).toEqual([{ n: 1 }])
  })

  it('refuses damage with valid records behind it, because ids could repeat', () => {
    const { directory, file } = written([{ n: 1 }, { n: 2 }, { n: 3 }])
    writeFileSync(file, readFileSync(file, 'utf8').replace('"n":2', '"n":7'))
    try {
      reopen(directory)
      expect.unreachable()
    } catch (error) {
      expect(isSimulatorError(error, 'state-damaged')).toBe(true)
      expect(String(error)).toContain(`${file}:2`)
    }
  })

  it('replaces everything by a snapshot', () => {
    const { directory } = written([{ n: 1 }, { n: 2 }])
    const { state } = StateFile.open(directory, SILENT)
    state.rewrite([{ snapshot: true }])
    state.append({ n: 3 }, false)
    state.close()
    expect(reopen(directory)).toEqual([{ snapshot: true }, { n: 3 }])
  })

  it('asks to be rewritten when it has grown large, and not again right after', () => {
    const { state } = StateFile.open(newDirectory(), SILENT)
    state.append('x'.repeat(COMPACT_BYTES - 100), false)
    expect(state.isLarge).toBe(false)
    state.append('x'.repeat(100), false)
    expect(state.isLarge).toBe(true)
    state.rewrite(['x'.repeat(COMPACT_BYTES + 100)])
    expect(state.isLarge).toBe(false)
    state.close()
  })

  it('says so when the directory cannot be made', () => {
    const file = join(root, 'a-file')
    writeFileSync(file, '')
    expect(() => StateFile.open(join(file, 'inside'), SILENT)).toThrow(/\[state-unavailable\].*ENOTDIR/)
  })
})
