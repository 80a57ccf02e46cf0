import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import { isOpen, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { type MarketState, VenueMarket } from './market.ts'

const START = unixMs(Date.UTC(2025, 0, 6, 7))
const OPTIONS = { instrument: SYNTHETIC_XAUUSD, seed: 3, startAt: START }
const copy = (state: MarketState): MarketState => JSON.parse(JSON.stringify(state)) as MarketState

function run(market: VenueMarket, ticks: number): void {
  for (let i = 0; i < ticks; i++) market.take()
}

describe('VenueMarket', () => {
  it('has 500 bars of one minute and of one hour before its start, all in open hours, and a quote', () => {
    const market = VenueMarket.begin(OPTIONS)
    const minutes = market.bars.query({ timeframe: 'm1', to: START, count: 500 }).bars
    expect(minutes.length).toBe(500)
    expect(minutes.every(bar => isOpen(SYNTHETIC_XAUUSD, unixMs(bar.openedAt)))).toBe(true)
    expect(market.bars.query({ timeframe: 'h1', to: START, count: 500 }).bars.length).toBe(500)
    expect(market.quote?.at).toBeLessThan(START)
    expect(market.pending?.at).toBeGreaterThanOrEqual(START)
  })

  it('joins the made bars and the ticks without a jump in price', () => {
    const { bars } = VenueMarket.begin(OPTIONS).bars.query({ timeframe: 'm1', to: START, count: 1000 })
    const moves = bars.slice(1).map((bar, i) => Math.abs(bar.open / (bars[i]?.close ?? 1) - 1))
    expect(Math.max(...moves)).toBeLessThan(0.01)
  })

  it('differs from symbol to symbol of one venue', () => {
    const gold = VenueMarket.begin(OPTIONS)
    const euro = VenueMarket.begin({ ...OPTIONS, instrument: SYNTHETIC_EURUSD })
    expect(gold.pending?.at).not.toBe(euro.pending?.at)
  })

  it('goes on from its records exactly as if it had never stopped', () => {
    const whole = VenueMarket.begin(OPTIONS)
    const parted = VenueMarket.begin(OPTIONS)
    const states = [copy(parted.snapshot())]
    for (const ticks of [500, 1, 2000]) {
      run(parted, ticks)
      run(whole, ticks)
      states.push(copy(parted.record()))
    }
    const resumed = VenueMarket.resume(OPTIONS, states)
    expect(resumed.quote).toEqual(whole.quote)
    run(resumed, 1000)
    run(whole, 1000)
    expect(resumed.quote).toEqual(whole.quote)
    const query = { timeframe: 'm1', to: START * 2, count: 3000 } as const
    expect(resumed.bars.query(query)).toEqual(whole.bars.query(query))
    const week = { side: 'ask', from: 0, to: START * 2 } as const
    expect(resumed.ticks.length).toBe(whole.ticks.length)
    expect(resumed.ticks.query(week)).toEqual(whole.ticks.query(week))
  })

  it('holds the ticks that its bars were made of, from before its start on', () => {
    const market = VenueMarket.begin(OPTIONS)
    run(market, 500)
    const to = market.quote?.at ?? 0
    const [bar] = market.bars.query({ timeframe: 'm1', to: to - 60_000, count: 1 }).bars
    const from = bar?.openedAt ?? 0
    const { ticks } = market.ticks.query({ side: 'bid', from, to: from + 59_999 })
    const points = ticks.map(tick => tick.points)
    expect([ticks.length, points.at(-1), Math.max(...points), Math.min(...points), points[0]]).toEqual([
      bar?.tickVolume,
      bar?.open,
      bar?.high,
      bar?.low,
      bar?.close,
    ])
    expect(market.ticks.query({ side: 'bid', from: 0, to: START - 1 }).ticks.length).toBeGreaterThan(1000)
  })

  it('resumes from its snapshot alone, too', () => {
    const market = VenueMarket.begin(OPTIONS)
    run(market, 3000)
    const resumed = VenueMarket.resume(OPTIONS, [copy(market.snapshot())])
    const query = { timeframe: 'h1', to: START * 2, count: 500 } as const
    expect(resumed.bars.query(query)).toEqual(market.bars.query(query))
  })

  it('plays recorded quotes, and is silent after the last', () => {
    const ticks = syntheticTicks({ seed: 1, instrument: SYNTHETIC_XAUUSD, startAt: START, count: 5 })
    const market = VenueMarket.begin({ ...OPTIONS, ticks })
    run(market, 3)
    const resumed = VenueMarket.resume({ ...OPTIONS, ticks }, [copy(market.snapshot())])
    expect(resumed.pending).toEqual({ at: ticks.at[3], bid: ticks.bid[3], ask: ticks.ask[3] })
    run(resumed, 5)
    expect(resumed.pending).toBeUndefined()
    expect(resumed.quote?.at).toBe(ticks.at[4])
  })
})
