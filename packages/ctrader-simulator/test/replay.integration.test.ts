import { REPLAY_XAUUSD, type TickColumns } from '@openclaw-trading/bot-engine/data'
import type { MessageByPayloadType } from '@openclaw-trading/ctrader-client/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import {
  isSimulatorError,
  type PlantedFault,
  type ReplayGateName,
  type ReplaySimulator,
  startSimulator,
} from '../src/index.ts'
import { RawClient } from './raw-client.ts'
import { type Counted, type Decide, ReplayBot } from './replay-bot.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

type Tick = readonly [at: number, bid: number, ask?: number]

/** Prices in thousandths, as the instrument has three digits. */
function ticksOf(rows: readonly Tick[]): TickColumns {
  return {
    type: 'ticks',
    symbolId: REPLAY_XAUUSD.id,
    length: rows.length,
    at: Float64Array.from(rows, row => row[0]),
    bid: Float64Array.from(rows, row => row[1] * 100),
    ask: Float64Array.from(rows, row => (row[2] ?? row[1] + 200) * 100),
  }
}

async function replay(
  rows: readonly Tick[],
  options: {
    gate?: ReplayGateName
    latencyMs?: number
    plant?: PlantedFault
    plantAt?: number
    polling?: boolean
    stallAfterMs?: number
  } = {},
): Promise<ReplaySimulator> {
  const { latencyMs = 50, ...mode } = options
  const venue = await startSimulator({
    mode: { type: 'replay', ticks: ticksOf(rows), gate: 'lookahead', ...mode },
    tls: false,
    venue: { latencyMs },
  })
  open.push(venue)
  return venue
}

async function bot(
  venue: ReplaySimulator,
  decide: Decide = () => {},
  confirms?: (n: number) => boolean,
): Promise<ReplayBot> {
  const started = await ReplayBot.start(venue, decide, confirms)
  open.push(started.client)
  return started
}

/** Counted messages as short text: quotes by time and bid, executions by type, time and price. */
function story(counted: readonly Counted[]): string[] {
  return counted.map(({ payloadType, message }) => {
    if (payloadType === 2132) return `refused ${(message as MessageByPayloadType[2132]).errorCode}`
    if (payloadType === 2131) {
      const { timestamp, bid = 0 } = message as MessageByPayloadType[2131]
      return `${timestamp} quote ${bid / 100}`
    }
    const { executionType, order, deal } = message as MessageByPayloadType[2126]
    const kind = { 2: 'accepted', 3: 'filled', 4: 'replaced', 5: 'cancelled' }[executionType] ?? executionType
    const price = deal === undefined ? '' : ` ${Math.round((deal.executionPrice ?? 0) * 1000)}`
    return `${order?.utcLastUpdateTimestamp} ${kind}${price}`
  })
}

const isQuoteAt = (counted: Counted, at: number) => counted.payloadType === 2131 && counted.at === at

describe('a replay', () => {
  it('ends with a name when its bot keeps the connection and confirms nothing any more', async () => {
    const venue = await replay(
      [
        [1000, 5000],
        [2000, 5001],
        [4000, 5002],
      ],
      { stallAfterMs: 200 },
    )
    const started = await bot(
      venue,
      () => {},
      n => n < 2,
    )
    // A heartbeat without a mark confirms nothing.
    const beat = setInterval(() => started.client.send(51, {}), 20)
    await expect(venue.finished).rejects.toMatchObject({ code: 'replay-stalled' })
    clearInterval(beat)
    expect(await started.ended).toContain('replay-stalled')
  })

  it('announces itself, sends every row once, in order, without a snapshot, and ends with a goodbye and its figures', async () => {
    const rows: Tick[] = [
      [1000, 5000],
      [1000, 5000],
      [1000, 5001],
      [4000, 5002],
    ]
    const venue = await replay(rows, { polling: true })
    const started = await bot(venue)
    expect(await venue.finished).toMatchObject({
      quotes: 4,
      countedMessages: 4,
      requests: 0,
      unfilled: 0,
      deals: 0,
      balanceMinor: 1_000_000,
    })
    expect(await started.ended).toBe('replay-ended')
    expect(story(started.counted)).toEqual([
      '1000 quote 5000',
      '1000 quote 5000',
      '1000 quote 5001',
      '4000 quote 5002',
    ])
    expect(await started.client.request(2104, {}, 2105)).toEqual({ version: '91+replay' })
    const { ctidTraderAccountId } = venue.credentials
    const bars = await started.client.request(
      2137,
      { ctidTraderAccountId, symbolId: 41, period: 1, count: 10 },
      2138,
    )
    expect(bars.trendbar).toEqual([])
  })

  it('fills an order at decision + latency at the prevailing quote, dated with its instant, before the next quote', async () => {
    const venue = await replay([
      [1000, 5000],
      [1049, 5010],
      [1051, 5020],
      [1100, 5030],
    ])
    const started = await bot(venue, (counted, order) => {
      if (isQuoteAt(counted, 1000)) order(1)
    })
    await venue.finished
    expect(story(started.counted)).toEqual([
      '1000 quote 5000',
      '1049 quote 5010',
      '1050 accepted',
      '1050 filled 5210',
      '1051 quote 5020',
      '1100 quote 5030',
    ])
    expect(started.counted[2]?.clientMsgId).toBe('1.1')
  })

  it('takes a quote at the very instant of the order as the prevailing one, also several of them', async () => {
    const venue = await replay([
      [1000, 5000],
      [1050, 5010],
      [1050, 5011],
      [1051, 5020],
    ])
    const started = await bot(venue, (counted, order) => {
      if (isQuoteAt(counted, 1000)) order(1)
    })
    await venue.finished
    expect(story(started.counted)[4]).toBe('1050 filled 5211')
  })

  it('checks protection on a quote before telling it, from the quote after the fill on', async () => {
    const venue = await replay([
      [1000, 5000],
      [1051, 4000],
      [1060, 4000],
      [2000, 4000],
    ])
    const started = await bot(venue, (counted, order) => {
      if (isQuoteAt(counted, 1000)) order(1, { relativeStopLoss: 30_000 })
    })
    await venue.finished
    expect(story(started.counted)).toEqual([
      '1000 quote 5000',
      '1050 accepted',
      '1050 filled 5200',
      '1050 accepted',
      '1051 filled 4000',
      '1051 quote 4000',
      '1060 quote 4000',
      '2000 quote 4000',
    ])
  })

  it('dates an order decided on an execution with the time of that execution', async () => {
    const venue = await replay([
      [1000, 5000],
      [1070, 5010],
      [1101, 5020],
      [2000, 5030],
    ])
    const started = await bot(venue, (counted, order, close) => {
      if (isQuoteAt(counted, 1000)) order(2)
      if (counted.payloadType === 2126 && (counted.message as MessageByPayloadType[2126]).deal?.dealId === 1)
        close(1, 1000)
    })
    await venue.finished
    expect(story(started.counted)).toEqual([
      '1000 quote 5000',
      '1050 accepted',
      '1050 filled 5000',
      '1070 quote 5010',
      '1100 accepted',
      '1100 filled 5210',
      '1101 quote 5020',
      '2000 quote 5030',
    ])
  })

  it('counts a refusal without a time and dates what is decided on it with the message before', async () => {
    const venue = await replay([
      [1000, 5000],
      [1040, 5001],
      [1060, 5010],
      [1095, 5020],
      [2000, 5030],
    ])
    const started = await bot(venue, (counted, order, close) => {
      if (isQuoteAt(counted, 1000)) close(77, 100)
      if (counted.payloadType === 2132) order(1)
    })
    await venue.finished
    expect(story(started.counted)).toEqual([
      '1000 quote 5000',
      '1040 quote 5001',
      'refused POSITION_NOT_FOUND',
      '1060 quote 5010',
      '1090 accepted',
      '1090 filled 5210',
      '1095 quote 5020',
      '2000 quote 5030',
    ])
  })

  it('leaves orders unfilled that are not due at the last quote', async () => {
    const venue = await replay([
      [1000, 5000],
      [1010, 5001],
    ])
    const started = await bot(venue, (counted, order) => {
      if (isQuoteAt(counted, 1010)) order(1)
    })
    expect(await venue.finished).toMatchObject({ requests: 1, unfilled: 1, deals: 0 })
    expect(started.counted.length).toBe(2)
  })

  it('holds back what lies behind the first unconfirmed message plus latency', async () => {
    const venue = await replay([
      [1000, 5000],
      [1050, 5001],
      [1051, 5002],
      [1100, 5003],
    ])
    const started = await bot(
      venue,
      () => {},
      () => false,
    )
    await started.client.request(2104, {}, 2105)
    expect(story(started.counted)).toEqual(['1000 quote 5000', '1050 quote 5001'])
    started.client.send(51, {}, '1')
    await started.client.request(2104, {}, 2105)
    expect(started.counted.length).toBe(4)
    started.client.send(51, {}, '4')
    await venue.finished
  })

  it('gives the same story for any latency that the fills allow, over many random orders', async () => {
    const rows = Array.from(
      { length: 3000 },
      (_, i): Tick => [1000 + i * 7 + ((i * 31) % 5), 5000 + ((i * 7919) % 61)],
    )
    const decide: Decide = (counted, order, close) => {
      if (counted.payloadType === 2131 && counted.at % 17 === 0)
        order(counted.at % 2 === 0 ? 1 : 2, { relativeStopLoss: 25_000, relativeTakeProfit: 3000 })
      const { deal, position } = counted.message as MessageByPayloadType[2126]
      if (deal !== undefined && deal.closePositionDetail === undefined && deal.dealId % 3 === 0)
        close(position?.positionId ?? 0, 500)
    }
    for (const latencyMs of [0, 10, 250]) {
      const runs = []
      for (const polling of [false, true]) {
        const venue = await replay(rows, { latencyMs, polling })
        const started = await bot(venue, decide)
        const { elapsedMs: _, ...figures } = await venue.finished
        expect(figures.deals).toBeGreaterThan(100)
        runs.push({ figures, story: story(started.counted) })
      }
      expect(runs[1]).toEqual(runs[0])
    }
  })
})

describe('a replay that cannot be exact', () => {
  const rows: Tick[] = [
    [1000, 5000],
    [1010, 5001],
    [1020, 5002],
    [5000, 5003],
  ]

  async function failure(venue: ReplaySimulator): Promise<unknown> {
    return venue.finished.then(
      () => undefined,
      (error: unknown) => error,
    )
  }

  it('fails when a mark names a message that was not sent or goes back', async () => {
    for (const marks of [['9'], ['2', '1'], ['x']]) {
      const venue = await replay(rows)
      const started = await bot(
        venue,
        () => {},
        () => false,
      )
      for (const mark of marks) started.client.send(51, {}, mark)
      expect(isSimulatorError(await failure(venue), 'mark-violation')).toBe(true)
      expect(await started.ended).toMatch(/^replay-failed: \[mark-violation\]/)
      await started.client.closed
    }
  })

  it('fails when a request belongs to a message that is already confirmed', async () => {
    const venue = await replay(rows)
    const started = await bot(
      venue,
      () => {},
      n => n === 1,
    )
    const { ctidTraderAccountId } = venue.credentials
    await started.client.next(2131)
    started.client.send(2111, { ctidTraderAccountId, positionId: 1, volume: 1 }, '1.1')
    expect(String(await failure(venue))).toMatch(/mark-violation.*1\.1 belongs to message 1/)
  })

  it('answers a request without a place with INVALID_REQUEST and goes on', async () => {
    const venue = await replay(rows)
    const started = await bot(venue)
    const { ctidTraderAccountId } = venue.credentials
    const answer = await started.client.request(2111, { ctidTraderAccountId, positionId: 1, volume: 1 }, 2142)
    expect(answer.errorCode).toBe('INVALID_REQUEST')
    await venue.finished
  })

  it('fails when the connection is lost, and when it is closed before the end', async () => {
    const lost = await replay(rows)
    const started = await bot(
      lost,
      () => {},
      () => false,
    )
    await started.client.next(2131)
    started.client.close()
    expect(isSimulatorError(await failure(lost), 'connection-lost')).toBe(true)
    const closed = await replay(rows)
    await closed.close()
    expect(isSimulatorError(await failure(closed), 'closed')).toBe(true)
  })

  it('serves one connection only', async () => {
    const venue = await replay(rows)
    await bot(
      venue,
      () => {},
      () => false,
    )
    await expect(RawClient.login(venue)).rejects.toThrow('CONNECTIONS_LIMIT_EXCEEDED')
  })
})

describe('planted faults', () => {
  const rows: Tick[] = [
    [1000, 5000],
    [1040, 5010],
    [1060, 4900],
    [1061, 4950],
    [1100, 5000],
    [1200, 5020],
    [1300, 5030],
  ]
  const decide: Decide = (counted, order) => {
    if (isQuoteAt(counted, 1000)) order(1, { relativeStopLoss: 20_000 })
    if (isQuoteAt(counted, 1100)) order(2)
  }

  async function run(plant?: PlantedFault): Promise<readonly string[]> {
    const venue = await replay(rows, plant === undefined ? {} : { plant, plantAt: 3 })
    const started = await bot(venue, decide)
    await venue.finished
    return story(started.counted)
  }

  it('tells a correct story without a fault', async () => {
    expect(await run()).toEqual([
      '1000 quote 5000',
      '1040 quote 5010',
      '1050 accepted',
      '1050 filled 5210',
      '1050 accepted',
      '1060 filled 4900',
      '1060 quote 4900',
      '1061 quote 4950',
      '1100 quote 5000',
      '1150 accepted',
      '1150 filled 5000',
      '1200 quote 5020',
      '1300 quote 5030',
    ])
  })

  it.each([
    ['gate-too-wide', '1050 filled 5100'],
    ['event-after-tick', '1061 quote 4950'],
    ['event-dated-tick-before', '1040 filled 5210'],
    ['protection-before-due', '1050 filled 5100'],
    ['due-off-by-one', '1051 filled 5210'],
    ['ticks-swapped', '1061 quote 5000'],
  ] as const)('shows %s', async (plant, line) => {
    const told = await run(plant)
    expect(told).not.toEqual(await run())
    expect(told).toContain(line)
  })

  it('shows a dropped tick by its absence', async () => {
    expect(await run('tick-dropped')).not.toContain('1061 quote 4950')
  })

  it('shows conflation by the quotes that are missing', async () => {
    const told = await run('conflated')
    expect(told).not.toContain('1000 quote 5000')
    expect(told).toContain('1040 quote 5010')
  })
})

describe('a rewinding replay', () => {
  const rows: Tick[] = Array.from({ length: 2000 }, (_, i) => [1000 + i * 10, 5000 + (i % 7)])

  it('announces its gate, and streams its window whatever the latency is', async () => {
    const venue = await replay(rows, { gate: 'rewind', latencyMs: 0 })
    const started = await bot(
      venue,
      () => {},
      () => false,
    )
    expect(await started.client.request(2104, {}, 2105)).toEqual({ version: '91+replay-rewind' })
    expect(started.counted.length).toBe(512)
  })

  it('goes back to the message of an order and answers its barrier before it streams on', async () => {
    const venue = await replay(rows, { gate: 'rewind', latencyMs: 5 })
    const started = await bot(
      venue,
      () => {},
      () => false,
    )
    await started.client.request(2104, {}, 2105)
    const { ctidTraderAccountId } = venue.credentials
    started.counted.length = 0
    const order = { ctidTraderAccountId, symbolId: 41, orderType: 1, tradeSide: 1, volume: 1000 } as const
    started.client.send(2106, order, '3.1')
    started.client.send(2104, {}, '3')
    await started.client.next(2105, ({ clientMsgId }) => clientMsgId === '3')
    await started.client.request(2104, {}, 2105)
    expect(story(started.counted).slice(0, 4)).toEqual([
      '1025 accepted',
      '1025 filled 5202',
      '1030 quote 5003',
      '1040 quote 5004',
    ])
    expect(started.counted.length).toBe(512)
  })

  it('goes back also when a barrier comes without an order', async () => {
    const venue = await replay(rows, { gate: 'rewind' })
    const started = await bot(
      venue,
      () => {},
      () => false,
    )
    await started.client.request(2104, {}, 2105)
    started.counted.length = 0
    started.client.send(2104, {}, '500')
    await started.client.request(2104, {}, 2105)
    expect(story(started.counted).slice(0, 2)).toEqual(['6000 quote 5003', '6010 quote 5004'])
  })

  it('fails when an order comes behind its barrier, or a barrier names a message of another', async () => {
    for (const ids of [
      ['3', '3.1'],
      ['3.1', '4'],
      ['3.1', '4.1'],
    ]) {
      const venue = await replay(rows, { gate: 'rewind' })
      const started = await bot(
        venue,
        () => {},
        () => false,
      )
      await started.client.request(2104, {}, 2105)
      const { ctidTraderAccountId } = venue.credentials
      for (const id of ids)
        if (id.includes('.')) started.client.send(2111, { ctidTraderAccountId, positionId: 1, volume: 1 }, id)
        else started.client.send(2104, {}, id)
      const failed = await venue.finished.catch((error: unknown) => error)
      expect(isSimulatorError(failed, 'mark-violation')).toBe(true)
    }
  })

  it('refuses a planted fault of the other gate', async () => {
    await expect(replay(rows, { gate: 'rewind', plant: 'gate-too-wide' })).rejects.toThrow(/mode.plant/)
    await expect(replay(rows, { plant: 'rewind-forgets-ids' })).rejects.toThrow(/mode.plant/)
  })
})
