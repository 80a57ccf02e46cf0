import { clientOrderId, lots, money, type UnixMs } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { ManualBroker, turn } from '../../test/manual-broker.ts'
import { REPLAY_XAUUSD } from '../data/instruments.ts'
import { Gate } from '../risk/gate.ts'
import { createMemoryLedger } from './memory-ledger.ts'
import { MAX_ENTRIES_UNWRITTEN, Sender } from './sender.ts'

const idle = {
  openPositions: 0,
  pendingEntries: 0,
  entriesInFlight: 0,
  dayLossMinor: 0,
  equityMinor: 0,
}

it('a ledger that takes down no outcome has entries blocked once it owes a thousand', async () => {
  const broker = new ManualBroker()
  const sender = new Sender({
    broker,
    ledger: { ...createMemoryLedger(), resolve: () => new Promise(() => {}) },
    gate: new Gate({}),
    signal: new AbortController().signal,
    view: () => ({ now: 1000, decidedAt: 1000, quoteAt: 1000, ...idle }),
    entriesBlocked: () => undefined,
    onDenied: () => {},
    onOutcome: () => {},
    withdrawal: () => new AbortController().signal,
    onLedgerError: () => {},
  })
  const send = (seq: number) => {
    const id = clientOrderId(`s.${seq}`)
    const request = { type: 'market', symbolId: REPLAY_XAUUSD.id, side: 'buy', volume: lots(0.1) } as const
    const command = { type: 'place', request: { ...request, clientOrderId: id } } as const
    return sender.send({ id, at: 1000 as UnixMs, command, equity: money(0, 2, 'USD') })
  }
  for (let seq = 1; seq <= MAX_ENTRIES_UNWRITTEN; seq++) {
    expect(send(seq).type).toBe('sent')
    await turn()
    broker.submitted.at(-1)?.answer({ type: 'accepted' })
  }
  expect(send(MAX_ENTRIES_UNWRITTEN + 1)).toEqual({
    type: 'blocked',
    reason: '1000 entries wait for the ledger',
  })
})
