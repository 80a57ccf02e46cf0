import { TIMEFRAMES, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { BarHistory } from '../past/bars.ts'
import { LiveBars } from './live-bars.ts'

const START = unixMs(Date.UTC(2025, 2, 7, 20, 58))

describe('LiveBars', () => {
  it('equals the newest bar of history on every quote, in every timeframe, through a change to summer time', () => {
    const history = new BarHistory()
    const live = new LiveBars(history)
    let at: number = START
    for (let i = 0; i < 600; i++) {
      // Four days in steps of up to 20 minutes: over midnight, the weekend and the end of a bar of each length.
      at += 1 + ((i * 7919) % 1_200_000)
      const bid = 260_000_000 + ((i * 104_729) % 5000)
      history.take(at, bid)
      live.take(at, bid)
      for (const timeframe of TIMEFRAMES) {
        const [bar] = history.query({ timeframe, to: at, count: 1 }).bars
        expect(live.current(timeframe), `${timeframe} at ${i}`).toMatchObject(bar ?? {})
      }
    }
  })

  it('begins to follow in the middle of a bar as if it had followed from its beginning', () => {
    const history = new BarHistory()
    const late = new LiveBars(history)
    expect(late.current('m5')).toBeUndefined()
    for (const [offset, bid] of [
      [0, 10],
      [1000, 14],
      [70_000, 8],
    ] as const)
      history.take(START + offset, bid)
    expect(late.current('h1')).toMatchObject({ open: 10, high: 14, low: 8, close: 8, tickVolume: 3 })
  })
})
