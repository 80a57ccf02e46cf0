import { describe, expect, it } from 'vitest'
import { seededUniform } from '../statistics/seeded.ts'
import { findBarSpikes, findScaleChanges } from './bar-spikes.ts'

/** Bars that swing by a point around 2000, changed in some places. */
function bars(change: (columns: Record<'open' | 'high' | 'low' | 'close', Float64Array>) => void) {
  const length = 400
  const of = (far: number) =>
    Float64Array.from({ length }, (_, row) => 200_000_000 + 100_000 * (Math.sin(row) + far))
  const columns = { open: of(0), high: of(1), low: of(-1), close: of(0.5) }
  change(columns)
  return { length, ...columns }
}

describe('findBarSpikes', () => {
  it('finds nothing in a market that swings', () => {
    expect(findBarSpikes(bars(() => {}))).toEqual({ count: 0, first: -1 })
  })

  it('counts wicks up and down that nothing around them knows of, and names the first', () => {
    const spiked = bars(({ high, low }) => {
      high[300] = 600_000_000
      low[120] = 20_000_000
    })
    expect(findBarSpikes(spiked)).toEqual({ count: 2, first: 120 })
  })

  it('takes a market that jumps and stays there for what it is', () => {
    const jumped = bars(columns => {
      for (const column of Object.values(columns))
        for (let row = 200; row < 400; row++) column[row] = (column[row] as number) + 50_000_000
    })
    expect(findBarSpikes(jumped).count).toBe(0)
  })

  it('accuses no bars that are closes alone, nor days of a market that opens elsewhere', () => {
    const uniform = seededUniform(7)
    const flat = bars(({ open, high, low, close }) => {
      let price = 200_000_000
      for (let row = 0; row < 400; row++) {
        price *= 1 + (uniform() - 0.5) * 0.04
        for (const column of [open, high, low, close]) column[row] = Math.round(price)
        // Every other hundred days trade in a narrow range around where they opened.
        if (row % 200 < 100) continue
        high[row] = Math.round(price * 1.0005)
        low[row] = Math.round(price * 0.9995)
      }
    })
    expect(findBarSpikes(flat).count).toBe(0)
  })

  it('finds a bar that lies elsewhere as a whole, and the one after it', () => {
    const spiked = bars(columns => {
      for (const column of Object.values(columns)) for (const row of [150, 155]) column[row] = 600_000_000
    })
    expect(findBarSpikes(spiked)).toEqual({ count: 2, first: 150 })
  })

  it('is not blinded by the spike before', () => {
    const spiked = bars(({ high }) => {
      for (const row of [100, 110, 120, 130]) high[row] = 600_000_000
    })
    expect(findBarSpikes(spiked).count).toBe(4)
  })
})

describe('findScaleChanges', () => {
  it('finds nothing in a market that swings', () => {
    expect(findScaleChanges(bars(() => {}))).toEqual({ count: 0, first: -1 })
  })

  it('counts each step to a tenth of the price and back, although the market goes on from there', () => {
    const joined = bars(columns => {
      for (const column of Object.values(columns))
        for (let row = 100; row < 200; row++) column[row] = column[row]! / 10
    })
    expect(findBarSpikes(joined).count).toBe(0)
    expect(findScaleChanges(joined)).toEqual({ count: 2, first: 100 })
  })

  it('counts bars that are twice as high as low, also where all of them are', () => {
    const wrong = bars(({ high }) => {
      for (let row = 0; row < high.length; row++) high[row] = high[row]! * 1000
    })
    expect(findScaleChanges(wrong)).toEqual({ count: 399, first: 1 })
  })
})
