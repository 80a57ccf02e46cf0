import {
  appendFile,
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from '@openclaw-trading/bot-engine'
import {
  type ClientOrderId,
  lots,
  pips,
  type PositionId,
  type SymbolId,
  unixMs,
} from '@openclaw-trading/trading-model'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { IntentFile } from './intent-file.ts'

let folder: string
let file: string
const ledgers: IntentFile[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claw-orders-'))
  file = join(folder, 'orders.jsonl')
})

afterEach(async () => {
  for (const ledger of ledgers.splice(0)) await ledger.close()
  await rm(folder, { recursive: true })
})

/** As the next process opens it; the one before was killed. */
function opened(): IntentFile {
  const ledger = new IntentFile(file)
  ledgers.push(ledger)
  return ledger
}

const at = unixMs(1_700_000_000_000)
const id = (seq: number) => `s1.${seq}` as ClientOrderId
const place = (seq: number, label = 'S03'): Command => ({
  type: 'place',
  request: {
    type: 'market',
    symbolId: 41 as SymbolId,
    side: 'buy',
    volume: lots(0.1),
    label,
    stopLoss: { pips: pips(100) },
    clientOrderId: id(seq),
  },
})
const idsOf = async (ledger: IntentFile) => (await ledger.unresolved()).map(one => one.id)

it('tells the next process which entries have no outcome, with their times', async () => {
  const first = opened()
  expect(await first.unresolved()).toEqual([])
  for (const seq of [1, 2, 3, 4, 5]) await first.commit(id(seq), place(seq), at)
  await first.resolve(id(1), { type: 'accepted' })
  await first.resolve(id(2), { type: 'rejected', reason: 'MARKET_CLOSED' })
  await first.resolve(id(3), { type: 'absent' })
  await first.resolve(id(4), { type: 'unknown', cause: new Error('no answer') })
  expect(await opened().unresolved()).toEqual([
    { id: id(4), at, command: place(4) },
    { id: id(5), at, command: place(5) },
  ])
})

it('has an entry on the disk once it is granted', async () => {
  const ledger = opened()
  expect(await ledger.commit(id(1), place(1), at)).toEqual({ type: 'granted' })
  expect(await readFile(file, 'utf8')).toContain('"id":"s1.1"')
})

it('takes the outcome of an entry of an earlier process', async () => {
  await opened().commit(id(1), place(1), at)
  const second = opened()
  await second.unresolved()
  await second.resolve(id(1), { type: 'absent' })
  expect(await idsOf(opened())).toEqual([])
})

it('grants exits without writing them down', async () => {
  const ledger = opened()
  await ledger.unresolved()
  const close: Command = { type: 'close', positionId: 7 as PositionId }
  expect(await ledger.commit(id(9), close, at)).toEqual({ type: 'granted' })
  await ledger.resolve(id(9), { type: 'unknown', cause: 'lost' })
  expect(await readdir(folder)).toEqual([])
})

it('cuts a line that was not written to its end: its entry was not granted', async () => {
  await opened().commit(id(1), place(1), at)
  await appendFile(file, '{"id":"s1.2","at":17000')
  const second = opened()
  expect(await idsOf(second)).toEqual([id(1)])
  await second.commit(id(3), place(3), at)
  expect(await idsOf(opened())).toEqual([id(1), id(3)])
})

it('refuses a file with a damaged line instead of forgetting an order', async () => {
  const first = opened()
  await first.commit(id(1), place(1), at)
  await first.commit(id(2), place(2), at)
  await writeFile(file, (await readFile(file, 'utf8')).replace('"at"', '"ta"'))
  const second = opened()
  await expect(second.unresolved()).rejects.toMatchObject({ code: 'state-invalid', details: { line: 1 } })
  await expect(second.commit(id(3), place(3), at)).rejects.toMatchObject({ code: 'state-invalid' })
})

it('grants nothing that it cannot write', async () => {
  const nowhere = new IntentFile(join(folder, 'missing', 'orders.jsonl'))
  await expect(nowhere.commit(id(1), place(1), at)).rejects.toMatchObject({ code: 'ENOENT' })
})

it('does not grow with settled entries, and keeps the open ones', async () => {
  const ledger = opened()
  await ledger.commit(id(1), place(1), at)
  const sizes: number[] = []
  for (let seq = 2; seq < 12; seq++) {
    await ledger.commit(id(seq), place(seq, 'x'.repeat(60_000)), at)
    await ledger.resolve(id(seq), { type: 'accepted' })
    sizes.push((await stat(file)).size)
  }
  expect(Math.max(...sizes)).toBeLessThan(300_000)
  expect(await idsOf(opened())).toEqual([id(1)])
})

it('reads what is open, and goes on with a whole file, where no new file can be written', async () => {
  await mkdir(`${file}.new`)
  const first = opened()
  expect(await first.unresolved()).toEqual([])
  await expect(first.commit(id(1), place(1), at)).rejects.toMatchObject({ code: 'EISDIR' })
  await writeFile(file, `${JSON.stringify({ id: id(1), at, command: place(1) })}\n`)
  const second = opened()
  expect(await idsOf(second)).toEqual([id(1)])
  await second.commit(id(2), place(2), at)
  await second.resolve(id(1), { type: 'absent' })
  expect(await idsOf(opened())).toEqual([id(2)])
})

it('reads what is open of a torn file that cannot be mended, and grants nothing', async () => {
  await opened().commit(id(1), place(1), at)
  await appendFile(file, '{"id":"s1.2","at":17000')
  await mkdir(`${file}.new`)
  const second = opened()
  expect(await idsOf(second)).toEqual([id(1)])
  await expect(second.commit(id(3), place(3), at)).rejects.toMatchObject({ code: 'EISDIR' })
})

it('keeps an entry open whose outcome could not be written', async () => {
  await opened().commit(id(1), place(1), at)
  const second = opened()
  await second.unresolved()
  await rename(file, `${file}.away`)
  await mkdir(file)
  await expect(second.resolve(id(1), { type: 'accepted' })).rejects.toMatchObject({ code: 'EISDIR' })
  await rmdir(file)
  await rename(`${file}.away`, file)
  expect(await idsOf(second)).toEqual([id(1)])
  await second.resolve(id(1), { type: 'accepted' })
  expect(await idsOf(opened())).toEqual([])
})

it('leaves no half line in front of the next one when it cannot be cut off at once', async () => {
  const ledger = opened()
  await ledger.commit(id(1), place(1), at)
  const other = await open(file)
  const disk = Object.getPrototypeOf(other) as FileHandle
  await other.close()
  vi.spyOn(disk, 'datasync').mockImplementationOnce(async () => {
    await truncate(file, (await stat(file)).size - 20)
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  })
  vi.spyOn(disk, 'truncate').mockRejectedValueOnce(Object.assign(new Error('i/o error'), { code: 'EIO' }))
  await expect(ledger.commit(id(2), place(2), at)).rejects.toMatchObject({ code: 'ENOSPC' })
  await ledger.commit(id(3), place(3), at)
  expect(await idsOf(opened())).toEqual([id(1), id(3)])
})
