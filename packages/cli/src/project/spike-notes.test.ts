import { SYNTHETIC_XAUUSD, type TickColumns } from '@openclaw-trading/bot-engine/data'
import { expect, it } from 'vitest'
import { spikeNotes } from './data-file.ts'

const START = Date.UTC(2024, 0, 9, 9)
const HOUR_MS = 3_600_000

/** Two quotes a second around 2000, with a pause of three hours in the middle and prices of one's own. */
function quotes(pauseMs: number, prices: Readonly<Record<number, number>> = {}): TickColumns {
  const length = 400
  const bid = Float64Array.from({ length }, (_, row) => prices[row] ?? 200_000_000 + (row % 2) * 1000)
  return {
    type: 'ticks',
    symbolId: SYNTHETIC_XAUUSD.id,
    length,
    at: Float64Array.from({ length }, (_, row) => START + row * 100 + (row < 200 ? 0 : pauseMs)),
    bid,
    ask: bid.map(price => price + 20_000),
  }
}
const told = (data: TickColumns) => spikeNotes(data, SYNTHETIC_XAUUSD).map(({ message }) => message)

it('of a lone jump it is said that nothing goes on from there', () => {
  const [message] = told(quotes(0, { 100: 230_000_000 }))
  expect(message).toContain('1 of 400 quotes jump in price or time and nothing goes on from there (1 spike)')
})

it('of a pause after which the market goes on it is not said, since it does', () => {
  const [message] = told(quotes(3 * HOUR_MS))
  expect(message).not.toContain('nothing goes on')
  expect(message).toMatch(
    /\d+ of 400 quotes jump in price or time \(\d+ future\), among them the first quotes of a jump that was real;/,
  )
})

it('says nothing of quotes that follow each other', () => {
  expect(told(quotes(0))).toEqual([])
})

it('of bars that go on at a tenth of the price it names the first', () => {
  const { length, bid } = quotes(0)
  const price = bid.map((one, row) => (row < 100 ? one : one / 10))
  const openedAt = Float64Array.from({ length }, (_, row) => START + row * 60_000)
  const [open, high, low, close] = [price, price, price, price]
  const shape = { type: 'bars', timeframe: 'm1', symbolId: SYNTHETIC_XAUUSD.id } as const
  const bars = { ...shape, length, openedAt, open, high, low, close, tickVolume: new Float64Array(length) }
  const [note, ...more] = spikeNotes(bars, SYNTHETIC_XAUUSD)
  expect(more).toEqual([])
  expect(note).toMatchObject({
    code: 'bars-rescaled',
    message: expect.stringContaining(
      '1 of 400 bars has prices about half or twice those before, or farther off, the first at 2024-01-09T10:40:00.000Z',
    ),
  })
})
