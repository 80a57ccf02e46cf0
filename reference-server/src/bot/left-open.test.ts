import type { LiveSession } from '@openclaw-trading/bot-engine'
import { expect, it } from 'vitest'
import { leftOpen } from './left-open.ts'

/** What a run shows once it has ended. */
const showing = (facts: object): Pick<LiveSession, 'view'> => ({
  view: () =>
    ({ positions: [], orders: [], pendingEntries: 0, refusedCloses: [], ...facts }) as unknown as ReturnType<
      LiveSession['view']
    >,
})
const closing = { stopPositions: 'close' } as const

it('tells which positions could not be closed and why, which orders work, and how many entries are unknown', () => {
  const facts = {
    positions: [{ id: 7 }, { id: 8 }],
    orders: [
      { id: 90, clientOrderId: 's1.1', closing: false },
      { id: 91, clientOrderId: 's1.2', closing: true },
    ],
    pendingEntries: 3,
    refusedCloses: [{ positionId: 7, refusals: 2, reason: 'MARKET_CLOSED' }],
  }
  expect(leftOpen(showing(facts), closing, 'requested')).toEqual({
    detail:
      'Positions 7, 8 are still open: they could not be closed (MARKET_CLOSED). Close them at the broker. ' +
      'Orders 90 still work and may open positions. Cancel them at the broker. ' +
      '2 entries have no outcome and may open positions. Look for them at the broker.',
  })
  // A stop that keeps positions cancels what waits all the same; the end of the data does not.
  expect(leftOpen(showing(facts), { stopPositions: 'keep' }, 'requested')).toEqual({
    detail:
      'Orders 90 still work and may open positions. Cancel them at the broker. ' +
      '2 entries have no outcome and may open positions. Look for them at the broker.',
  })
  expect(leftOpen(showing(facts), { stopPositions: 'keep' }, 'data-ended')).toEqual({})
})

it('tells nothing when nothing is open', () => {
  expect(leftOpen(showing({}), closing, 'requested')).toEqual({})
})

it('tells no more than a session end may hold', () => {
  const positions = Array.from({ length: 1000 }, (_, i) => ({ id: 1_000_000 + i }))
  expect(leftOpen(showing({ positions }), closing, 'requested').detail).toHaveLength(2000)
})
