import type { PositionId } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REPLAY_XAUUSD } from '../../data/instruments.ts'
import { Market } from './matching.ts'
import { OpenPosition } from './open-position.ts'
import { OpenPositions } from './open-positions.ts'

const market = new Market(REPLAY_XAUUSD, { currency: 'USD', digits: 2, balanceMinor: 0, leverage: 100 })
const position = (id: number) => new OpenPosition(id as PositionId, market, 'buy', 0, {})

describe('open positions', () => {
  it('stand in ascending id, whatever the order in which they open and close', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 30 })
    fc.assert(
      fc.property(ids, fc.func(fc.boolean()), (opened, closes) => {
        const open = new OpenPositions()
        for (const id of opened) open.add(position(id))
        const gone = opened.filter(id => closes(id))
        for (const id of gone) open.delete(id as PositionId)
        const left = opened.filter(id => !gone.includes(id)).sort((a, b) => a - b)
        expect(open.list.map(({ id }) => Number(id))).toEqual(left)
        for (const id of opened) expect(open.get(id as PositionId)?.id).toBe(left.find(other => other === id))
      }),
    )
  })

  it('can be walked through while they open and close', () => {
    const open = new OpenPositions()
    for (const id of [1, 2, 3]) open.add(position(id))
    const seen: number[] = []
    for (const { id } of open.list) {
      seen.push(id)
      open.delete(id)
      open.add(position(id + 10))
    }
    expect(seen).toEqual([1, 2, 3])
    expect(open.list.map(({ id }) => Number(id))).toEqual([11, 12, 13])
  })
})
