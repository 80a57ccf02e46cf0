import type { SymbolId } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { MetQuotes } from './met-quotes.ts'

const [gold, euro] = [41 as SymbolId, 1 as SymbolId]
const quote = (at: number, counted = true, symbolId = gold) => ({
  symbolId,
  at,
  bid: at,
  ask: at + 1,
  counted,
})

describe('quotes that a kernel met', () => {
  it('go out when they step back', () => {
    const met = new MetQuotes([gold])
    for (const at of [10, 20, 15, 20, 30]) met.push(quote(at))
    expect([...met.columns().at]).toEqual([10, 20, 20, 30])
    expect([met.late, met.unusable]).toEqual([1, 0])
  })

  it('go out when they were kept back and dated ahead, and not those behind them', () => {
    const met = new MetQuotes([gold])
    for (const one of [quote(10), quote(99_999, false), quote(88_888, false), quote(20), quote(25, false)])
      met.push(one)
    expect([...met.columns().at]).toEqual([10, 20, 25])
    expect(met.late).toBe(2)
  })

  it('go out when they are none', () => {
    const met = new MetQuotes([gold])
    for (const wrong of [{ bid: 0 }, { ask: Number.NaN }, { at: 1.5 }, { symbolId: euro }])
      met.push({ ...quote(10), ...wrong })
    expect([met.columns().length, met.unusable]).toEqual([0, 4])
  })

  it('keep the order in which symbols took turns', () => {
    const met = new MetQuotes([gold, euro])
    for (const one of [quote(10), quote(10, true, euro), quote(10)]) met.push(one)
    const { symbolIds, symbols } = met.columns()
    expect([...(symbols ?? [])].map(index => symbolIds[index])).toEqual([gold, euro, gold])
  })

  it('may be many', () => {
    const met = new MetQuotes([gold])
    for (let at = 1; at <= 10_000; at++) met.push(quote(at))
    expect(met.columns()).toMatchObject({ length: 10_000 })
    expect(met.columns().at[9999]).toBe(10_000)
    expect('symbols' in met.columns()).toBe(false)
  })
})
