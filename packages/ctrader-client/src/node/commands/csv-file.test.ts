import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CsvFile } from './csv-file.ts'

const HEADER = 'timestamp_ms,bid,ask'
let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'csv-'))
  path = join(folder, 'ticks.csv')
})
afterEach(() => rm(folder, { recursive: true }))

async function append(rows: readonly string[]): Promise<number | undefined> {
  const file = await CsvFile.open(path, HEADER)
  for (const row of rows) await file.write(row)
  await file.close()
  return file.resumesAt
}

describe('CsvFile', () => {
  it('begins with the header and holds the rows in order', async () => {
    expect(await append(['1,2,3', '4,5,6'])).toBeUndefined()
    expect(await readFile(path, 'utf8')).toBe(`${HEADER}\n1,2,3\n4,5,6\n`)
  })

  it('goes on at the last instant, whose rows it asks for again', async () => {
    await append(['1,2,3', '4,5,6', '4,5,7'])
    expect(await append(['4,5,6', '4,5,7', '4,5,8'])).toBe(4)
    expect(await readFile(path, 'utf8')).toBe(`${HEADER}\n1,2,3\n4,5,6\n4,5,7\n4,5,8\n`)
  })

  it('cuts off a torn row', async () => {
    await append(['1,2,3', '4,5,6'])
    await appendFile(path, '7,8')
    expect(await append([])).toBe(4)
    expect(await readFile(path, 'utf8')).toBe(`${HEADER}\n1,2,3\n`)
  })

  it('begins anew when the only row is torn', async () => {
    await writeFile(path, `${HEADER}\n7,8`)
    expect(await append(['7,8,9'])).toBeUndefined()
    expect(await readFile(path, 'utf8')).toBe(`${HEADER}\n7,8,9\n`)
  })

  it('finds the last instant of a file that is longer than what it reads', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => `${1_700_000_000_000 + index},1.10000,1.10001`)
    await append(rows)
    expect(await append([rows[19_999] ?? ''])).toBe(1_700_000_019_999)
    expect(await readFile(path, 'utf8')).toBe(`${HEADER}\n${rows.join('\n')}\n`)
  })

  it('refuses a file of something else, and leaves it as it is', async () => {
    await writeFile(path, 'name,price\nx,1\n')
    await expect(append([])).rejects.toMatchObject({ code: 'state-damaged' })
    expect(await readFile(path, 'utf8')).toBe('name,price\nx,1\n')
  })

  it('refuses a file whose last row has no time', async () => {
    await writeFile(path, `${HEADER}\nhello\n`)
    await expect(append([])).rejects.toThrow('"hello"')
  })

  it('says that a folder which does not exist cannot be written', async () => {
    path = join(folder, 'none', 'ticks.csv')
    await expect(append([])).rejects.toMatchObject({ code: 'state-unavailable' })
  })
})
