import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { describe, expect, it } from 'vitest'
import type { VenueEvent, VenueRequest } from '../venue-events.ts'
import { ReplayBook } from './book.ts'

const GOLD = REPLAY_XAUUSD.id
const P = 129_000_000
const buy: VenueRequest = {
  type: 'market',
  symbolId: GOLD,
  side: 'buy',
  volumeCents: 100,
  stopDistancePoints: 500_000,
}

function create() {
  const events: VenueEvent[] = []
  const book: ReplayBook = new ReplayBook({
    exchange: {
      instruments: [REPLAY_XAUUSD],
      account: REPLAY_ACCOUNT,
      venue: { latencyMs: 0 },
      onEvent(event) {
        book.count(event)
        events.push(event)
        book.tells(event, events.length)
      },
    },
    canRewind: true,
    plant: undefined,
  })
  const quote = (at: number, bid: number): void => book.exchange.quote(GOLD, at, bid, bid)
  /** An order on the last message, filled: three messages. */
  const fill = (): void => {
    const begin = events.length
    book.take(buy, { message: begin, turn: 1 }, 1000)
    book.rewind(begin, [{ symbolId: GOLD, at: 1000, bidPoints: P, askPoints: P }])
    book.exchange.runDue()
    book.changed(begin, events.length)
  }
  return { book, events, quote, fill }
}

describe('ReplayBook', () => {
  it('forgets positions, ids and balance behind a message, and gives the same ids again', () => {
    const { book, events, quote, fill } = create()
    fill()
    const filled = book.exchange.state()
    quote(2000, P - 600_000)
    book.changed(3, 4)
    expect([book.exchange.positions.length, book.balanceVersion]).toEqual([0, 1])
    expect(book.rewind(3, [{ symbolId: GOLD, at: 1000, bidPoints: P, askPoints: P }])).toBe(0)
    expect(book.exchange.state()).toEqual(filled)
    expect(book.balanceVersion).toBe(0)
    quote(2000, P - 600_000)
    const dealIds = events.flatMap(event => (event.type === 'order-filled' ? [event.deal.id] : []))
    expect(dealIds).toEqual([1, 2, 2])
  })

  it('says how many messages of a step have been told when the decision was taken inside it', () => {
    const { book, events, fill } = create()
    fill()
    expect(events.length).toBe(3)
    // Decided on the fill, the second of three: the order waits again and its step runs anew.
    expect(book.rewind(2, [{ symbolId: GOLD, at: 1000, bidPoints: P, askPoints: P }])).toBe(2)
    expect([book.exchange.positions.length, book.exchange.nextDueAt]).toEqual([0, 1000])
  })

  it('takes orders in the order of the decisions, however they came', () => {
    const { book, events } = create()
    book.take({ ...buy, comment: 'second' }, { message: 1, turn: 2 }, 1000)
    book.take({ ...buy, comment: 'first' }, { message: 1, turn: 1 }, 1000)
    book.rewind(1, [{ symbolId: GOLD, at: 1000, bidPoints: P, askPoints: P }])
    book.exchange.runDue()
    expect(events[0]).toMatchObject({ type: 'order-accepted', order: { comment: 'first' } })
  })

  it('keeps deals and drops copies once they are confirmed', () => {
    const { book, fill } = create()
    fill()
    fill()
    expect([book.deals.all.length, book.copies]).toEqual([0, 3])
    book.confirm(5)
    expect([book.deals.all.length, book.copies]).toEqual([2, 2])
    book.confirm(6)
    expect(book.copies).toBe(1)
    expect(book.rewind(6, [{ symbolId: GOLD, at: 1000, bidPoints: P, askPoints: P }])).toBe(0)
    expect(book.exchange.positions.length).toBe(2)
  })
})
