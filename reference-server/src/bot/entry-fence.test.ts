import { type Command, createMemoryLedger } from '@openclaw-trading/bot-engine'
import { clientOrderId, lots, positionId, symbolId, unixMs } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { createEntryFence } from './entry-fence.ts'

const id = clientOrderId('s1.1')
const at = unixMs(1_700_000_000_000)
const entry: Command = {
  type: 'place',
  request: { type: 'market', symbolId: symbolId(1), side: 'buy', volume: lots(0.1), clientOrderId: id },
}
const exit: Command = { type: 'close', positionId: positionId(7) }

it('lets no entry out before the operator is known to allow it', async () => {
  const fence = createEntryFence(createMemoryLedger())
  expect(await fence.ledger.commit(id, entry, at)).toEqual({
    type: 'denied',
    reason: 'the control is not known yet',
  })
  fence.set(true, '')
  expect(await fence.ledger.commit(id, entry, at)).toEqual({ type: 'granted' })
  fence.set(false, 'the operator has it paused')
  expect(await fence.ledger.commit(id, entry, at)).toEqual({
    type: 'denied',
    reason: 'the operator has it paused',
  })
})

it('never holds an exit back', async () => {
  const fence = createEntryFence(createMemoryLedger())
  expect(await fence.ledger.commit(id, exit, at)).toEqual({ type: 'granted' })
})
