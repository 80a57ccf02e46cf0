import { describe, expect, it } from 'vitest'
import { instance, RECEIVED_AT, usd } from './fixtures.ts'
import { accountFigures, dayTotals, heldOrder, laneCounts, sortedRows, laneColumns } from './lanes.ts'

const now = RECEIVED_AT + 1000
const crashed = instance({ botId: 'S09', displayStatus: 'CRASHED', actual: 'crashed' })
const stopped = instance({ botId: 'S01', displayStatus: 'STOPPED', desired: 'stopped', actual: 'stopped' })
const running = instance({ botId: 'S05' })

describe('order of a lane', () => {
  it('puts what needs a person first and what is stopped last', () => {
    const rows = sortedRows([stopped, running, crashed], now)
    expect(rows.map(row => row.botId)).toEqual(['S09', 'S05', 'S01'])
  })

  it('keeps an order that is held and puts new rows last', () => {
    const rows = heldOrder([crashed, running, stopped], ['S01', 'S05'])
    expect(rows.map(row => row.botId)).toEqual(['S01', 'S05', 'S09'])
  })
})

describe('laneCounts', () => {
  it('counts a silent process as not running', () => {
    expect(laneCounts([running, stopped, crashed], now)).toEqual({ running: 1, wanted: 2, attention: 1 })
    expect(laneCounts([running], RECEIVED_AT + 61_000)).toEqual({ running: 0, wanted: 1, attention: 1 })
  })

  it('blames no bot for a line that is down', () => {
    expect(laneCounts([running], RECEIVED_AT + 600_000, true)).toEqual({
      running: 1,
      wanted: 1,
      attention: 0,
    })
  })
})

describe('money of a lane', () => {
  it('adds minor units and never mixes currencies', () => {
    const rows = [
      instance({ dayNet: usd(10) }),
      instance({ dayNet: usd(-25) }),
      instance({ dayNet: { minor: 7, digits: 2, currency: 'EUR' } }),
      instance({ dayNet: null }),
    ]
    expect(dayTotals(rows)).toEqual([usd(-15), { minor: 7, digits: 2, currency: 'EUR' }])
  })

  it('shows the newest report of the account and does not add what two bots say of the same money', () => {
    const old = instance({ botId: 'S01', balance: usd(500), heartbeatAgeMs: 9000, dayNet: usd(1) })
    const fresh = instance({
      botId: 'S02',
      balance: usd(1000),
      equity: usd(900),
      heartbeatAgeMs: 100,
      dayNet: usd(2),
    })
    expect(accountFigures([old, fresh], now)).toMatchObject({
      balance: usd(1000),
      equity: usd(900),
      open: usd(-100),
      dayNet: usd(3),
      source: { botId: 'S02' },
    })
  })

  it('shows no account while no bot has reported one', () => {
    expect(accountFigures([instance({ balance: null })], now)).toBeNull()
    expect(accountFigures([instance({ equity: null })], now)?.open).toBeNull()
  })
})

it('gives the room of an empty lane to a full one', () => {
  const columns = (backlog: number, demo: number, live: number) =>
    laneColumns({ backlog: Array(backlog), demo: Array(demo), live: Array(live) }).match(/[\d.]+fr/g)
  expect(columns(8, 1, 0)).toEqual(['1.5fr', '1.5fr', '1fr'])
  expect(columns(0, 9, 0)).toEqual(['1fr', '4fr', '1fr'])
  expect(columns(2, 9, 9)).toEqual(['1.5fr', '4fr', '4fr'])
  expect(columns(1, 1, 1)).toEqual(['1.5fr', '1.5fr', '1.5fr'])
})
