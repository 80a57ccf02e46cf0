import { appendFile, mkdtemp, open as openFile, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TradeRecord } from './contracts.ts'
import { createOutbox, type Outbox } from './outbox.ts'

const usd = (minor: number) => ({ minor, digits: 2, currency: 'USD' })
const trade = (dealId: number): TradeRecord => ({
  botId: 'S03',
  accountType: 'demo',
  sessionId: 's1',
  dealId,
  positionId: dealId,
  symbol: 'XAUUSD',
  side: 'buy',
  volume: 0.01,
  entryPrice: 1291.5,
  exitPrice: 1292,
  stopLoss: null,
  takeProfit: null,
  openedAt: 1,
  closedAt: 2,
  exitReason: 'strategy',
  gross: usd(50),
  commission: usd(-8),
  swap: usd(0),
  conversionFee: usd(0),
  net: usd(42),
  balance: usd(1_000_042),
  paramsVersion: 1,
})

let folder = ''
let file = ''
const open: Outbox[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claw-outbox-'))
  file = join(folder, 'outbox.jsonl')
})
afterEach(async () => {
  vi.restoreAllMocks()
  for (const outbox of open.splice(0)) await outbox.close()
  await rm(folder, { recursive: true })
})

/** A receiver that refuses as often as it is told, and stores each deal once. */
function receiver(refusals: number) {
  const deals: number[] = []
  const batches: number[] = []
  let left = refusals
  return {
    deals,
    batches,
    deliver: async (batch: readonly TradeRecord[]) => {
      if (left-- > 0) throw new Error('not now')
      batches.push(batch.length)
      for (const { dealId } of batch) if (!deals.includes(dealId)) deals.push(dealId)
    },
  }
}

async function outboxTo(
  to: { deliver: (batch: readonly TradeRecord[]) => Promise<void> },
  options = {},
): Promise<Outbox> {
  const outbox = await createOutbox({
    file,
    deliver: to.deliver,
    backoff: { minMs: 1, maxMs: 4 },
    ...options,
  })
  open.push(outbox)
  return outbox
}

describe('outbox', () => {
  it('delivers in the order of adding, and leaves an empty file', async () => {
    const to = receiver(0)
    const outbox = await outboxTo(to)
    for (const id of [1, 2, 3]) await outbox.add(trade(id))
    await outbox.flush()
    expect(to.deals).toEqual([1, 2, 3])
    expect(await readFile(file, 'utf8')).toBe('')
  })

  it('tries again until the receiver accepts', async () => {
    const to = receiver(5)
    const errors: unknown[] = []
    const outbox = await outboxTo(to, { onError: (error: unknown) => errors.push(error) })
    await outbox.add(trade(1))
    await outbox.flush()
    expect(to.deals).toEqual([1])
    expect(errors).toHaveLength(5)
  })

  it('has a record on disk once add resolves, and the next run delivers it', async () => {
    const dead = await createOutbox({
      file,
      deliver: () => Promise.reject(new Error('down')),
      backoff: { minMs: 60_000 },
    })
    await dead.add(trade(7))
    await dead.close()
    expect(await readFile(file, 'utf8')).toContain('"dealId":7')
    const to = receiver(0)
    const outbox = await outboxTo(to)
    await outbox.flush()
    expect(to.deals).toEqual([7])
  })

  it('cuts a half-written last line, which was never acknowledged', async () => {
    await writeFile(file, `${JSON.stringify(trade(1))}\n`)
    await appendFile(file, '{"dealId":2,"bot')
    const to = receiver(0)
    const outbox = await outboxTo(to)
    await outbox.flush()
    expect(to.deals).toEqual([1])
  })

  it('refuses to start over a damaged line in the middle, and names it', async () => {
    await writeFile(file, `{"broken":true}\n${JSON.stringify(trade(1))}\n`)
    await expect(outboxTo(receiver(0))).rejects.toMatchObject({
      code: 'outbox-damaged',
      message: expect.stringContaining('Line 1'),
    })
  })

  it('sends no more than its batch size at a time', async () => {
    await writeFile(file, Array.from({ length: 7 }, (_, i) => `${JSON.stringify(trade(i + 1))}\n`).join(''))
    const to = receiver(0)
    const outbox = await outboxTo(to, { batchSize: 3 })
    await outbox.flush()
    expect(to.batches).toEqual([3, 3, 1])
  })

  it('refuses a record beyond its limit and keeps those it has', async () => {
    const outbox = await outboxTo(
      { deliver: () => Promise.reject(new Error('down')) },
      { maxBytes: 900, backoff: { minMs: 60_000 } },
    )
    await outbox.add(trade(1))
    await expect(outbox.add(trade(2))).rejects.toMatchObject({ code: 'outbox-full' })
    expect(outbox.pending).toBe(1)
  })

  it('keeps what is pending when the disk fails while it empties the file', async () => {
    const probe = await openFile(file, 'a')
    await probe.close()
    const outbox = await outboxTo(
      {
        deliver: async ([first]) => {
          if (first?.dealId === 1)
            vi.spyOn(Object.getPrototypeOf(probe), 'datasync').mockRejectedValueOnce(new Error('EIO'))
          if (first?.dealId === 3) throw new Error('down')
        },
      },
      { batchSize: 1, backoff: { minMs: 60_000 } },
    )
    await outbox.add(trade(1))
    await outbox.flush()
    await Promise.all([outbox.add(trade(2)), outbox.add(trade(3))])
    await vi.waitFor(() => expect(outbox.pending).toBe(1))
    await outbox.close()
    const to = receiver(0)
    const next = await outboxTo(to)
    await next.flush()
    expect(to.deals).toEqual([3])
  })

  it('rejects a flush with the reason of its signal', async () => {
    const outbox = await outboxTo(
      { deliver: () => Promise.reject(new Error('down')) },
      { backoff: { minMs: 60_000 } },
    )
    await outbox.add(trade(1))
    const reason = new Error('enough')
    await expect(outbox.flush(AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
