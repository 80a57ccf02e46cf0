import { defineStrategy, type TickColumns } from '@openclaw-trading/bot-engine'
import {
  mergeTicks,
  SYNTHETIC_EURUSD,
  SYNTHETIC_XAUUSD,
  symbolOfRow,
} from '@openclaw-trading/bot-engine/data'
import type { ProgressState } from '@openclaw-trading/ctrader-client/terminal'
import { unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { tradedAmong } from '../project/watched-data.ts'
import type { PreparedRun } from '../research/prepare.ts'
import { simulate } from './simulate.ts'

const [GOLD, EURO] = [SYNTHETIC_XAUUSD, SYNTHETIC_EURUSD]
const START = Date.UTC(2025, 0, 6, 10)

/** Quotes each so many milliseconds. */
function ticks({ id }: { readonly id: TickColumns['symbolId'] }, length: number, every: number): TickColumns {
  const price = id === GOLD.id ? 200_000_000 : 110_000
  return {
    type: 'ticks',
    symbolId: id,
    length,
    at: Float64Array.from({ length }, (_, row) => START + row * every),
    bid: new Float64Array(length).fill(price),
    ask: new Float64Array(length).fill(price + 10),
  }
}

const idle = defineStrategy({
  name: 'idle',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm15' }, euro: { timeframe: 'm15', symbol: 'EURUSD' } }),
  create: () => ({}),
})

/** The parts of a prepared run that a simulation reads. */
function preparedOver(gold: TickColumns, euro: TickColumns): PreparedRun {
  const prepared: Pick<PreparedRun, 'options'> & { source: object; data: object } = {
    source: { strategy: idle },
    data: { columns: gold, firstAt: unixMs(START), lastAt: unixMs(gold.at[gold.length - 1] as number) },
    options: {
      params: {},
      instrument: GOLD,
      watched: [EURO],
      data: [gold, euro],
      account: { currency: 'USD', balance: 10_000, leverage: 100 },
    },
  }
  return prepared as PreparedRun
}

/** A simulation, what it told, and how much of it; `endAt`: the state that is answered with Ctrl-C. */
async function simulated(prepared: PreparedRun, endAt = Number.POSITIVE_INFINITY) {
  const [states, texts] = [[] as ProgressState[], [] as string[]]
  const ctrlC = new AbortController()
  const terminal = {
    out: () => {},
    err: (text: string) => void texts.push(text),
    interactive: true,
    env: {},
    cwd: '.',
    upCommand: 'claw up',
    progress(state: ProgressState) {
      if (states.push(state) === endAt) ctrlC.abort()
    },
  }
  const interrupt = { signal: ctrlC.signal } as Parameters<typeof simulate>[1]['interrupt']
  return { ...(await simulate(prepared, { terminal, interrupt })), states, texts }
}

describe('the progress of a backtest over quotes of two symbols', () => {
  it('counts the quotes of both up to its end, which is 100 %', async () => {
    const { states, texts, interrupted } = await simulated(
      preparedOver(ticks(GOLD, 150_000, 100), ticks(EURO, 20_000, 700)),
    )
    expect(states.map(({ share, count }) => [share, count])).toEqual([
      [131_072 / 170_000, 131_072],
      [1, 170_000],
    ])
    expect(states.at(-1)?.secondsLeft).toBeUndefined()
    expect(texts.at(-2)).toContain('100 %  170 000 rows')
    expect(interrupted).toBe(false)
  })

  it('is of the quotes until a Ctrl-C, after which the traded ones among them are left', async () => {
    const { prepared, report, interrupted, states } = await simulated(
      preparedOver(ticks(GOLD, 150_000, 100), ticks(EURO, 150_000, 100)),
      1,
    )
    expect([interrupted, report.rows]).toEqual([true, 131_072])
    expect(states.at(-1)).toMatchObject({ share: 131_072 / 300_000, count: 131_072 })
    expect(prepared.data.columns.length).toBe(65_536)
    expect(prepared.data.lastAt).toBe(START + 65_535 * 100)
  })
})

describe('tradedAmong', () => {
  it('counts as the run goes: by time, and at one instant by symbol id', () => {
    for (const [traded, other] of [
      [ticks(GOLD, 40, 300), ticks(EURO, 70, 200)],
      [ticks(EURO, 40, 300), ticks(GOLD, 70, 200)],
    ] as const) {
      const merged = mergeTicks([traded, other])
      let count = 0
      for (let rows = 0; rows <= merged.length; rows++) {
        expect(tradedAmong([traded, other], rows)).toBe(count)
        if (rows < merged.length && symbolOfRow(merged, rows) === traded.symbolId) count += 1
      }
    }
  })

  it('is every row where one symbol is all that there is', () => {
    expect(tradedAmong(ticks(GOLD, 40, 300), 17)).toBe(17)
  })
})
