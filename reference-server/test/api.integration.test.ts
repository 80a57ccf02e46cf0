import { controlStore } from '@openclaw-trading/control-plane'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Floor, heartbeat, openFloor, S03, sessionStart, trade } from './floor.ts'
import type { DashboardData } from '../src/api/schemas/dashboard.ts'

let floor: Floor
let sessionId: string
let epoch: number

beforeAll(async () => {
  floor = await openFloor()
  epoch = (await controlStore.get(floor.database, S03))?.epoch ?? 0
  const answer = await floor.call('POST', '/session/start', sessionStart(epoch))
  expect(answer.status).toBe(200)
  sessionId = ((await answer.json()) as { sessionId: string }).sessionId
})
afterAll(() => floor.close())

async function problem(answer: Response) {
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
  return (await answer.json()) as {
    status: number
    code: string
    detail: string
    issues?: { path: string; message: string }[]
  }
}

describe('parameters', () => {
  it('come with the layer of each value and an ETag that saves the next answer', async () => {
    const answer = await floor.call('GET', '/params/S03?account_type=demo')
    expect(await answer.json()).toMatchObject({
      botId: 'S03',
      version: 1,
      params: { timeframe: 'm1', atrPeriod: 14 },
      layers: { timeframe: 'params', atrPeriod: 'default' },
    })
    const tag = answer.headers.get('ETag') ?? ''
    expect((await floor.call('GET', '/params/S03', undefined, { 'If-None-Match': tag })).status).toBe(304)
  })

  it('outside the schema are refused with every problem at once, and nothing is written', async () => {
    const answer = await floor.call('PUT', '/params/S03', {
      params: { period: 1, deviation: 99, atrPeriode: 3 },
      reason: 'try',
    })
    expect(answer.status).toBe(422)
    const { issues } = await problem(answer)
    expect(issues?.map(issue => issue.path).sort()).toEqual(['atrPeriode', 'deviation', 'period'])
    expect(issues?.find(issue => issue.path === 'atrPeriode')?.message).toContain('Did you mean atrPeriod?')
    expect(await (await floor.call('GET', '/params/S03')).json()).toMatchObject({ version: 1 })
  })

  it('inside it make a new version with its reason', async () => {
    const answer = await floor.call('PUT', '/params/S03', {
      params: { timeframe: 'm5', period: 30 },
      reason: 'slower',
    })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      version: 2,
      reason: 'slower',
      params: { timeframe: 'm5', period: 30, deviation: 2 },
    })
  })
})

describe('control', () => {
  it('is changed with a reason and tells the hub', async () => {
    const before = floor.desireChanges.count
    const answer = await floor.call('PUT', '/control/S03', {
      status: 'paused',
      reason: 'news',
      lotSize: 0.02,
    })
    expect(await answer.json()).toMatchObject({
      status: 'paused',
      reason: 'news',
      lotSize: 0.02,
      entriesAllowed: false,
    })
    expect(floor.desireChanges.count).toBe(before + 1)
  })

  it('switches the filter of quotes, which is on at first, and shows it in the fleet', async () => {
    const filter = async () => {
      await floor.fleet.refresh()
      const data = (await (await floor.call('GET', '/dashboard/data')).json()) as DashboardData
      return data.lanes.demo[0]?.quoteFilter
    }
    expect(await filter()).toMatchObject({ wanted: true })
    const change = { status: 'running', reason: 'a thin symbol', quoteFilter: false }
    expect(await (await floor.call('PUT', '/control/S03', change)).json()).toMatchObject({
      quoteFilter: false,
    })
    expect(await filter()).toMatchObject({ wanted: false })
    await floor.call('PUT', '/control/S03', { ...change, quoteFilter: true })
  })

  it('answers with 304 until it changes', async () => {
    const tag = (await floor.call('GET', '/control/S03')).headers.get('ETag') ?? ''
    const asked = () =>
      floor.call('GET', '/control/S03?accountType=demo', undefined, { 'If-None-Match': tag })
    expect((await asked()).status).toBe(304)
    await floor.call('PUT', '/control/S03', { status: 'running', reason: 'over' })
    expect((await asked()).status).toBe(200)
  })

  it.each([
    ['no reason', { status: 'paused', reason: '  ' }, 'reason'],
    ['an unknown status', { status: 'halted', reason: 'x' }, 'status'],
    ['a filter that is no switch', { status: 'paused', reason: 'x', quoteFilter: 'off' }, 'quoteFilter'],
    ['a negative lot size', { status: 'paused', reason: 'x', lotSize: -1 }, 'lotSize'],
  ])('refuses %s and names the field', async (_what, body, field) => {
    const answer = await floor.call('PUT', '/control/S03', body)
    expect(answer.status).toBe(400)
    expect((await problem(answer)).issues).toEqual([expect.objectContaining({ path: field })])
  })

  it('refuses a request without a body, one that is no JSON, and another content type', async () => {
    expect((await floor.call('PUT', '/control/S03')).status).toBe(400)
    expect((await floor.call('PUT', '/control/S03', '{"status":')).status).toBe(400)
    const text = await floor.call('PUT', '/control/S03', '{}', { 'Content-Type': 'text/plain' })
    expect(text.status).toBe(415)
    expect((await problem(text)).code).toBe('unsupported-media-type')
  })
})

it.each([
  ['GET', '/params/S99'],
  ['GET', '/control/S99'],
  ['GET', '/bots/S99/demo'],
  ['GET', '/control/S03?account_type=live'],
  ['GET', '/bots/S03/live'],
])('answers %s %s with 404 and a sentence', async (method, path) => {
  const answer = await floor.call(method, path)
  expect(answer.status).toBe(404)
  expect((await problem(answer)).detail).toMatch(/S99|no live instance/)
})

describe('trades', () => {
  it('are stored once, however often they are sent, alone or in a batch', async () => {
    const first = await floor.call('POST', '/trade', trade(sessionId, 1))
    expect(await first.json()).toEqual([
      expect.objectContaining({ dealId: 1, recordedAt: expect.any(Number) }),
    ])
    const batch = await floor.call(
      'POST',
      '/trade',
      [1, 2, 3, 4, 5].map(deal => trade(sessionId, deal)),
    )
    expect(((await batch.json()) as { dealId: number }[]).map(row => row.dealId)).toEqual([1, 2, 3, 4, 5])
    const { trades } = (await (await floor.call('GET', '/trades?botId=S03')).json()) as { trades: unknown[] }
    expect(trades).toHaveLength(5)
  })

  it('are listed in pages, newest first, without holes', async () => {
    const seen: number[] = []
    let cursor: string | null = ''
    for (let pages = 0; cursor !== null && pages < 10; pages++) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`
      const page = (await (
        await floor.call('GET', `/trades?botId=S03&accountType=demo&limit=2${query}`)
      ).json()) as {
        trades: { dealId: number }[]
        nextCursor: string | null
      }
      seen.push(...page.trades.map(row => row.dealId))
      cursor = page.nextCursor
    }
    expect(seen).toEqual([5, 4, 3, 2, 1])
  })

  it('refuses a page above the limit and a cursor that is none', async () => {
    expect((await floor.call('GET', '/trades?limit=201')).status).toBe(400)
    expect((await floor.call('GET', '/trades?cursor=abc')).status).toBe(400)
  })

  it('refuses a body that is too large', async () => {
    const answer = await floor.call('POST', '/trade', `"${'x'.repeat(2 * 1024 * 1024)}"`)
    expect(answer.status).toBe(413)
    expect((await problem(answer)).code).toBe('payload-too-large')
  })
})

describe('the page of a bot', () => {
  it('shows positions, bars, trades, sessions and the row', async () => {
    const position = {
      positionId: 9,
      symbol: 'XAUUSD',
      side: 'sell',
      volume: 0.03,
      entryPrice: 1290.5,
      openedAt: 1_767_596_400_000,
      stopLoss: 1292,
      takeProfit: null,
    }
    await floor.call('POST', '/positions', {
      ...S03,
      sessionId,
      confirmedAt: Date.now(),
      positions: [position],
    })
    const bar = { openedAt: 1_767_596_400_000, open: 1, high: 2, low: 1, close: 2, tickVolume: 4 }
    await floor.call('POST', '/bars', {
      ...S03,
      sessionId,
      symbol: 'XAUUSD',
      digits: 2,
      timeframe: 'm1',
      bars: [bar],
      quote: { at: 1, bid: 2, ask: 3 },
    })
    const refusedCloses = [{ positionId: 9, volume: 0.1, refusals: 2, reason: 'MARKET_CLOSED' }]
    await floor.call('POST', '/heartbeat', heartbeat(sessionId, epoch, { refusedCloses }))
    const detail = await (
      await floor.call('GET', '/bots/S03/demo', undefined, { Accept: 'application/json' })
    ).json()
    expect(detail).toMatchObject({
      row: { botId: 'S03', openPositions: 1, freshness: 'fresh', tradeCount: 5, netTotal: { minor: 1355 } },
      positions: [{ positionId: 9, takeProfit: null }],
      chart: { bars: [bar], quote: { bid: 2 } },
      sessions: [{ sessionId, status: 'RUNNING' }],
      paramsSchema: { properties: { period: { minimum: 5 } } },
      paramsVersion: expect.any(Number),
    })
    expect(detail).toMatchObject({ row: { warnings: [{ id: 'close-refused-9', level: 'bad' }] } })
  })

  it('is the page itself for a browser that navigates to it', async () => {
    const answer = await floor.call('GET', '/bots/S03/demo', undefined, {
      Accept: 'text/html',
      'Sec-Fetch-Dest': 'document',
    })
    expect(answer.headers.get('Content-Type')).toContain('text/html')
  })
})

it('shows the fleet in its lanes, with the state of the hub', async () => {
  const data = await (await floor.call('GET', '/dashboard/data')).json()
  expect(data).toMatchObject({
    lanes: { demo: [{ botId: 'S03', desired: 'running' }], live: [] },
    hub: { holder: 'h1/1' },
  })
  const { backlog } = (data as { lanes: { backlog: { botId: string }[] } }).lanes
  expect(backlog.map(row => row.botId)).toEqual(['S01', 'S02', 'S04', 'S05', 'S06', 'S07', 'S08', 'S09'])
})

it('makes the instance of a bot that is started out of the backlog, on demo alone', async () => {
  const body = { status: 'running', reason: 'first try' }
  expect((await floor.call('PUT', '/control/S05?accountType=live', body)).status).toBe(404)
  const answer = await floor.call('PUT', '/control/S05', body)
  expect([answer.status, await answer.json()]).toMatchObject([200, { botId: 'S05', status: 'running' }])
  const params = await (await floor.call('GET', '/params/S05?account_type=demo')).json()
  expect(params).toMatchObject({ version: 1, params: { timeframe: 'h1', entryPeriod: 20 } })
  const data = await (await floor.call('GET', '/dashboard/data')).json()
  const { demo, backlog } = (data as { lanes: Record<string, { botId: string }[]> }).lanes
  expect(demo?.map(row => row.botId)).toEqual(['S03', 'S05'])
  expect(backlog?.map(row => row.botId)).not.toContain('S05')
})

it('refuses the heartbeat of an older owner as fenced', async () => {
  await floor.database.query('update claw.bot_instances set epoch = $1', [epoch + 1])
  const answer = await floor.call('POST', '/heartbeat', heartbeat(sessionId, epoch))
  expect(answer.status).toBe(409)
  expect((await problem(answer)).code).toBe('fenced')
  await floor.database.query('update claw.bot_instances set epoch = $1', [epoch])
})

describe('who may ask', () => {
  it('is this machine under its own names only', async () => {
    const answer = await floor.call('GET', '/dashboard/data', undefined, { Host: 'evil.example' })
    expect(answer.status).toBe(403)
    expect((await problem(answer)).code).toBe('origin-not-allowed')
  })

  it('is not the page of another site', async () => {
    const body = { status: 'stopped', reason: 'mischief' }
    const answer = await floor.call('PUT', '/control/S03', body, {
      Origin: 'http://evil.example',
      'Sec-Fetch-Site': 'cross-site',
    })
    expect(answer.status).toBe(403)
    expect(await (await floor.call('GET', '/control/S03')).json()).toMatchObject({ status: 'running' })
  })
})

it('serves every route also under /api/v1', async () => {
  expect((await floor.call('GET', '/api/v1/control/S03')).status).toBe(200)
})

it('gives the page at / to whoever asks, and there only', async () => {
  const type = async (path: string) =>
    (await floor.call('GET', path, undefined, { Accept: '*/*' })).headers.get('Content-Type')
  expect(await type('/')).toContain('text/html')
  expect(await type('/bots/S03/demo')).toContain('application/json')
})

it('binds browsers to its own scripts', async () => {
  const { headers } = await floor.call('GET', '/', undefined, { Accept: 'text/html' })
  expect(headers.get('Content-Security-Policy')).toContain("default-src 'self'")
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
})

it('ends the session with its status, and an end of the data also stops the instance', async () => {
  const answer = await floor.call('POST', '/session/end', {
    sessionId,
    status: 'COMPLETED',
    reason: 'data-ended',
  })
  expect(answer.status).toBe(200)
  expect(await (await floor.call('GET', '/control/S03')).json()).toMatchObject({ status: 'stopped' })
})

describe('repairs', () => {
  const ask = (body: object, query = '') => floor.call('POST', `/repairs/S03${query}`, body)

  it('name each field that is wrong, and take no word without a reason', async () => {
    for (const [body, path] of [
      [{ action: 'settle-order', orderId: 's0.1', seenAs: 'maybe', reason: 'seen' }, 'seenAs'],
      [{ action: 'settle-order', orderId: 's0.1', seenAs: 'absent' }, 'reason'],
      [{ action: 'release-protection', reason: 'bad feed' }, 'protection'],
      [{ action: 'forget-all', reason: 'bad feed' }, 'action'],
    ] as const) {
      const answer = await ask(body)
      expect(answer.status).toBe(400)
      expect((await problem(answer)).issues?.map(issue => issue.path)).toEqual([path])
    }
  })

  it('are refused for a bot that does not stand, with what to do, and for one that there is not', async () => {
    const settle = { action: 'settle-order', orderId: 's0.1', seenAs: 'absent', reason: 'seen' }
    await floor.call('PUT', '/control/S03', { status: 'running', reason: 'a test' })
    const answer = await ask(settle)
    expect(answer.status).toBe(409)
    expect((await problem(answer)).detail).toMatch(/should be running and is stopped: .* Stop it first\.$/)
    expect((await ask(settle, '?account_type=live')).status).toBe(404)
    expect(await (await floor.call('GET', '/repairs/S03')).json()).toEqual({ repairs: [] })
  })

  it('are refused where there is nothing to repair: no state, no such protection', async () => {
    await floor.call('PUT', '/control/S03', { status: 'stopped', reason: 'a test' })
    const reset = await ask({ action: 'reset-state', reason: 'bad' })
    expect([reset.status, (await problem(reset)).detail]).toEqual([
      409,
      'S03 keeps no state: there is nothing to reset. A protection is released by its name.',
    ])
    const release = await ask({ action: 'release-protection', protection: 'cooldown', reason: 'bad' })
    expect([release.status, (await problem(release)).detail]).toEqual([
      400,
      'S03 states no protection "cooldown". It has: none.',
    ])
  })

  it('wait once, are taken back once, and stand on the page of the bot', async () => {
    const settle = { action: 'settle-order', orderId: 's0.1', seenAs: 'filled', reason: 'seen' }
    const first = (await (await ask(settle)).json()) as { repairId: number }
    expect(await (await ask(settle)).json()).toMatchObject(first)
    const page = (await (await floor.call('GET', '/bots/S03/demo')).json()) as object
    expect(page).toMatchObject({ keepsState: false, repairs: [{ status: 'waiting', reason: 'seen' }] })
    for (const _ of [1, 2]) {
      const answer = await floor.call('POST', `/repairs/S03/${first.repairId}/withdraw`)
      expect(await answer.json()).toMatchObject({ status: 'withdrawn', result: 'Taken back by operator.' })
    }
    const told = { epoch, sessionId, status: 'applied', result: 'Done.' }
    const late = await floor.call('POST', `/repairs/S03/${first.repairId}/result`, told)
    expect(late.status).toBe(409)
    const fenced = { ...told, epoch: epoch + 1 }
    const old = await floor.call('POST', `/repairs/S03/${first.repairId}/result`, fenced)
    expect([old.status, (await problem(old)).code]).toEqual([409, 'fenced'])
  })
})
