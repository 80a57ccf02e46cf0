import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import type { ProtoOADepthQuote } from '@openclaw-trading/ctrader-client/protocol'
import { lots } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { DEPTH_LEVELS, DepthBook } from './depth.ts'

const byId = (quotes: readonly ProtoOADepthQuote[]) => [...quotes].sort((a, b) => a.id - b.id)
const BID = 265_043_000
const ASK = 265_046_000

describe('DepthBook', () => {
  it('has the quote as its best levels, and every other one behind it, on its price steps, each side and id once', () => {
    const book = new DepthBook(SYNTHETIC_XAUUSD, 7)
    book.move(BID, ASK)
    const bids = book.all.flatMap(({ bid }) => bid ?? [])
    const asks = book.all.flatMap(({ ask }) => ask ?? [])
    expect([bids.length, asks.length]).toEqual([DEPTH_LEVELS, DEPTH_LEVELS])
    expect([Math.max(...bids), Math.min(...asks)]).toEqual([BID, ASK])
    expect([...bids, ...asks].every(points => points % 1000 === 0)).toBe(true)
    expect(new Set(book.all.map(({ id }) => id)).size).toBe(2 * DEPTH_LEVELS)
    expect(book.all.every(({ size }) => size > 0 && size % 100 === 0)).toBe(true)
  })

  it('of a venue model shows its levels, and moves them with the quote', () => {
    const levels = [
      { distanceTicks: 0, volume: lots(2) },
      { distanceTicks: 10, volume: lots(5) },
    ]
    const book = new DepthBook(SYNTHETIC_XAUUSD, 7, { levels })
    book.move(BID, ASK)
    expect(book.all.map(({ bid, ask, size }) => [bid ?? ask, size])).toEqual([
      [BID, 20_000],
      [BID - 10_000, 50_000],
      [ASK, 20_000],
      [ASK + 10_000, 50_000],
    ])
    // The best bid comes to where the second one stood.
    const { newQuotes, deletedQuotes } = book.move(BID - 10_000, ASK)
    expect(newQuotes.map(({ bid, size }) => [bid, size])).toEqual([
      [BID - 10_000, 20_000],
      [BID - 20_000, 50_000],
    ])
    expect(deletedQuotes).toHaveLength(1)
  })

  it('is told completely by its changes, with upserts and deletions by id', () => {
    const book = new DepthBook(SYNTHETIC_EURUSD, 1)
    const known = new Map<number, ProtoOADepthQuote>()
    const seen = { added: 0, resized: 0, deleted: 0 }
    let bid = 103_000
    for (let i = 0; i < 300; i++) {
      bid += ((i * 7919) % 13) - 6
      const { newQuotes, deletedQuotes } = book.move(bid, bid + 1 + (i % 3))
      for (const id of deletedQuotes) {
        expect(known.delete(id)).toBe(true)
        seen.deleted += 1
      }
      for (const quote of newQuotes) {
        seen[known.has(quote.id) ? 'resized' : 'added'] += 1
        known.set(quote.id, quote)
      }
      expect(byId([...known.values()])).toEqual(byId(book.all))
    }
    expect(Math.min(seen.added, seen.resized, seen.deleted)).toBeGreaterThan(50)
  })

  it('is the same for the same seed and quotes, and another for another seed', () => {
    const books = [3, 3, 4].map(seed => {
      const book = new DepthBook(SYNTHETIC_XAUUSD, seed)
      book.move(BID, ASK)
      book.move(BID + 1000, ASK + 1000)
      return book.all
    })
    expect(books[0]).toEqual(books[1])
    expect(books[0]).not.toEqual(books[2])
  })

  it('keeps a level where it is while the quote moves beside it', () => {
    const book = new DepthBook(SYNTHETIC_XAUUSD, 7)
    book.move(BID, ASK)
    const deep = book.all.find(quote => quote.bid === 265_030_000)
    book.move(BID + 1000, ASK + 1000)
    expect(deep).toBeDefined()
    expect(book.all).toContainEqual(deep)
  })

  it('has no level at or below 0', () => {
    const book = new DepthBook(SYNTHETIC_EURUSD, 1)
    book.move(12, 14)
    expect(book.all.flatMap(({ bid }) => bid ?? [])).toEqual([12, 10, 5])
  })
})
