import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlStore, toControlResponse } from '../src/stores/control.ts'
import { environmentStore } from '../src/stores/environments.ts'
import { eventStore } from '../src/stores/events.ts'
import { instanceStore } from '../src/stores/instances.ts'
import { leaseStore } from '../src/stores/leases.ts'
import { paramsStore } from '../src/stores/params.ts'
import { positionStore } from '../src/stores/positions.ts'
import { sessionStore } from '../src/stores/sessions.ts'
import { tradeStore } from '../src/stores/trades.ts'
import type { Database } from '../src/database/connect.ts'
import { type TestDatabase, withDatabase } from '../src/testing/index.ts'
import { claim, heartbeat, makeInstance, sessionRequest, startedSession, trade } from './rows.ts'

let test: TestDatabase
let db: Database
beforeAll(async () => {
  test = await withDatabase()
  db = test.database
})
afterAll(() => test.close())

const by = { reason: 'news', updatedBy: 'operator' }

describe('controlStore', () => {
  it('changes both tables and raises the generation once', async () => {
    const ref = await makeInstance(db)
    const control = await controlStore.set(db, ref, { status: 'paused', lotSize: 0.02, ...by })
    expect(control).toMatchObject({
      status: 'paused',
      generation: 2,
      lotSize: 0.02,
      reason: 'news',
      epoch: 0,
    })
    expect(await instanceStore.get(db, ref)).toMatchObject({
      desired: 'paused',
      generation: 2,
      observedGeneration: 0,
      desiredReason: 'news',
    })
  })

  it('changes neither table when the transaction of the caller fails', async () => {
    const ref = await makeInstance(db)
    const failing = db.transaction(async tx => {
      await controlStore.set(tx, ref, { status: 'stopped', ...by })
      throw new Error('later trouble')
    })
    await expect(failing).rejects.toThrow('later trouble')
    expect(await controlStore.get(db, ref)).toMatchObject({ status: 'running', generation: 1 })
    expect(await instanceStore.get(db, ref)).toMatchObject({ desired: 'running', generation: 1 })
  })

  it('keeps the lot size when a change does not name it', async () => {
    const ref = await makeInstance(db)
    await controlStore.set(db, ref, { status: 'running', lotSize: 0.05, ...by })
    expect((await controlStore.set(db, ref, { status: 'paused', ...by })).lotSize).toBe(0.05)
    expect((await controlStore.set(db, ref, { status: 'paused', lotSize: null, ...by })).lotSize).toBeNull()
  })

  it('filters quotes until somebody turns that off, and keeps that word', async () => {
    const ref = await makeInstance(db)
    expect(await controlStore.get(db, ref)).toMatchObject({ quoteFilter: true })
    await controlStore.set(db, ref, { status: 'running', quoteFilter: false, ...by })
    expect((await controlStore.set(db, ref, { status: 'paused', ...by })).quoteFilter).toBe(false)
    expect(await instanceStore.get(db, ref)).toMatchObject({ quoteFilter: false })
    expect(
      (await controlStore.set(db, ref, { status: 'paused', quoteFilter: true, ...by })).quoteFilter,
    ).toBe(true)
  })

  it('gives each of many simultaneous changes a generation of its own', async () => {
    const ref = await makeInstance(db)
    const changes = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        controlStore.set(db, ref, { status: i % 2 === 0 ? 'stopped' : 'running', ...by }),
      ),
    )
    expect(changes.map(c => c.generation).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 2),
    )
  })

  it('refuses a change that rests on an old generation', async () => {
    const ref = await makeInstance(db)
    await controlStore.set(db, ref, { status: 'paused', ...by })
    await expect(
      controlStore.set(db, ref, { status: 'stopped', ifGeneration: 1, ...by }),
    ).rejects.toMatchObject({ code: 'conflict' })
  })

  it('refuses a change without a reason', async () => {
    const ref = await makeInstance(db)
    await expect(
      controlStore.set(db, ref, { status: 'stopped', reason: '  ', updatedBy: 'x' }),
    ).rejects.toMatchObject({ code: 'invalid-payload' })
  })

  it('names an instance that does not exist', async () => {
    const nobody = { botId: 'S99', accountType: 'demo' } as const
    await expect(controlStore.set(db, nobody, { status: 'stopped', ...by })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('S99/demo'),
    })
    expect(await controlStore.get(db, nobody)).toBeNull()
    await expect(controlStore.ensure(db, nobody, { status: 'running', ...by })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('keeps an existing desire when an instance is made known again', async () => {
    const ref = await makeInstance(db)
    await controlStore.set(db, ref, { status: 'stopped', ...by })
    expect(await controlStore.ensure(db, ref, { status: 'running', ...by })).toMatchObject({
      status: 'stopped',
      generation: 2,
    })
  })

  it('allows entries only while the desire is running', async () => {
    const ref = await makeInstance(db)
    const running = await controlStore.set(db, ref, { status: 'running', ...by })
    const paused = await controlStore.set(db, ref, { status: 'paused', ...by })
    expect([toControlResponse(running).entriesAllowed, toControlResponse(paused).entriesAllowed]).toEqual([
      true,
      false,
    ])
  })
})

describe('paramsStore', () => {
  it('counts versions without holes when several write at once', async () => {
    const ref = await makeInstance(db)
    expect(await paramsStore.current(db, ref)).toBeNull()
    const write = (n: number) =>
      paramsStore.write(db, ref, { params: { n }, author: 'operator', reason: 'try' })
    const versions = await Promise.all([1, 2, 3, 4, 5].map(write))
    expect(versions.map(v => v.version).sort()).toEqual([1, 2, 3, 4, 5])
    const current = await paramsStore.current(db, ref)
    expect(current).toEqual(versions.find(v => v.version === 5))
    expect((await paramsStore.history(db, ref, { limit: 2 })).map(v => v.version)).toEqual([5, 4])
  })

  it('refuses a version that rests on an old one', async () => {
    const ref = await makeInstance(db)
    const write = { params: {}, author: 'a', reason: 'r' }
    await paramsStore.write(db, ref, { ...write, ifVersion: 0 })
    await expect(paramsStore.write(db, ref, { ...write, ifVersion: 0 })).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

describe('instanceStore', () => {
  it('lets one of several workers claim a start', async () => {
    const ref = await makeInstance(db)
    const claims = await Promise.all(
      ['h1', 'h2', 'h3'].map(host => instanceStore.claimStart(db, ref, { host, epoch: 0, nonce: host })),
    )
    const won = claims.filter(c => c !== null)
    expect(won).toHaveLength(1)
    expect(won[0]).toMatchObject({ epoch: 1, actual: 'starting', actualGeneration: 1 })
  })

  it('claims nothing that should be stopped', async () => {
    const ref = await makeInstance(db, 'stopped')
    expect(await instanceStore.claimStart(db, ref, { host: 'h1', epoch: 0, nonce: 'n' })).toBeNull()
  })

  it('keeps crash times to the millisecond and forgets them with a new generation', async () => {
    const ref = await makeInstance(db)
    const { epoch } = await claim(db, ref)
    const crashTimes = [1_795_615_800_123, 1_795_615_801_999]
    await instanceStore.report(db, ref, epoch, {
      actual: 'crashed',
      process: null,
      crashTimes,
      restartCount: 2,
      nextRetryAt: 1_795_615_803_001,
      detail: 'boom',
    })
    expect(await instanceStore.get(db, ref)).toMatchObject({
      crashTimes,
      restartCount: 2,
      nextRetryAt: 1_795_615_803_001,
      statusDetail: 'boom',
    })
    await controlStore.set(db, ref, { status: 'running', ...by })
    const again = await instanceStore.claimStart(db, ref, { host: 'h1', epoch, nonce: 'n' })
    expect(again).toMatchObject({ crashTimes: [], restartCount: 0, nextRetryAt: null, epoch: epoch + 1 })
  })

  it('fences reports and heartbeats of an older epoch', async () => {
    const { ref, epoch, sessionId } = await startedSession(db)
    await claim(db, ref)
    await expect(instanceStore.report(db, ref, epoch, { actual: 'crashed' })).rejects.toMatchObject({
      code: 'fenced',
    })
    await expect(instanceStore.heartbeat(db, heartbeat(ref, sessionId, epoch))).rejects.toMatchObject({
      code: 'fenced',
    })
    const nobody = heartbeat({ botId: 'S99', accountType: 'demo' }, 's', 1)
    await expect(instanceStore.heartbeat(db, nobody)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('keeps the newest heartbeat', async () => {
    const { ref, epoch, sessionId } = await startedSession(db)
    await instanceStore.heartbeat(db, heartbeat(ref, sessionId, epoch, { openPositions: 1 }))
    await instanceStore.heartbeat(db, heartbeat(ref, sessionId, epoch, { openPositions: 2 }))
    const instance = (await instanceStore.get(db, ref))!
    expect(instance.heartbeat).toMatchObject({ openPositions: 2 })
    expect(Math.abs(Date.now() - instance.heartbeatAt!)).toBeLessThan(60_000)
  })

  it('only raises the observed generation', async () => {
    const ref = await makeInstance(db)
    await instanceStore.markObserved(db, [{ ...ref, generation: 5 }])
    await instanceStore.markObserved(db, [{ ...ref, generation: 3 }])
    expect((await instanceStore.get(db, ref))!.observedGeneration).toBe(5)
  })

  it('lists the instances of a host and those of none', async () => {
    const free = await makeInstance(db)
    const taken = await makeInstance(db)
    await instanceStore.claimStart(db, taken, { host: 'h7', epoch: 0, nonce: 'n' })
    const ids = async (host: string) => (await instanceStore.list(db, { host })).map(i => i.botId)
    expect(await ids('h8')).toContain(free.botId)
    expect(await ids('h8')).not.toContain(taken.botId)
    expect(await ids('h7')).toContain(taken.botId)
  })
})

describe('sessionStore', () => {
  it('refuses a session of an old epoch as fenced', async () => {
    const ref = await makeInstance(db)
    const { epoch } = await claim(db, ref)
    await claim(db, ref)
    await expect(sessionStore.start(db, sessionRequest(ref, epoch))).rejects.toMatchObject({
      code: 'fenced',
      retryable: false,
    })
  })

  it('gives the same process its session again and a new process a new one', async () => {
    const { ref, epoch, sessionId, venue } = await startedSession(db)
    expect((await sessionStore.start(db, sessionRequest(ref, epoch, venue))).sessionId).toBe(sessionId)
    const next = await claim(db, ref)
    const second = await sessionStore.start(db, sessionRequest(ref, next.epoch))
    expect(second.sessionId).not.toBe(sessionId)
    expect(second.sessionId.length).toBeLessThanOrEqual(20)
    expect(await sessionStore.get(db, sessionId)).toMatchObject({ status: 'LOST' })
    expect((await sessionStore.list(db, ref)).map(s => s.status)).toEqual(['RUNNING', 'LOST'])
  })

  it('makes one environment of one account and another of another venue', async () => {
    const one = await startedSession(db, 'simulated:a')
    const two = await startedSession(db, 'simulated:a')
    const other = await startedSession(db, 'simulated:b')
    expect(one.environmentId).toBe(two.environmentId)
    expect(other.environmentId).not.toBe(one.environmentId)
    expect(await environmentStore.get(db, one.environmentId)).toMatchObject({
      name: 'simulated:a',
      currency: 'USD',
      accountType: 'demo',
    })
  })

  it('ends a session once', async () => {
    const { ref, sessionId } = await startedSession(db)
    const end = { sessionId, status: 'COMPLETED', reason: 'requested' } as const
    const first = await sessionStore.end(db, end)
    const again = await sessionStore.end(db, { ...end, status: 'CRASHED', reason: 'failed' })
    expect(again).toEqual(first)
    expect(first).toMatchObject({ status: 'COMPLETED', reason: 'requested', detail: null })
    expect(await controlStore.get(db, ref)).toMatchObject({ status: 'running' })
    await expect(sessionStore.end(db, { ...end, sessionId: 'none' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it.each(['data-ended', 'risk-limit'] as const)('sets the desire to stopped after %s', async reason => {
    const { ref, sessionId } = await startedSession(db)
    await sessionStore.end(db, { sessionId, status: 'COMPLETED', reason, detail: 'at 21:15' })
    const control = await controlStore.get(db, ref)
    expect(control).toMatchObject({ status: 'stopped', generation: 2, updatedBy: 'bot' })
    expect(control?.reason).toContain('at 21:15')
  })

  it('leaves the desire alone when the process that ran out of data was replaced', async () => {
    const { ref, sessionId } = await startedSession(db)
    await claim(db, ref)
    await sessionStore.end(db, { sessionId, status: 'COMPLETED', reason: 'data-ended' })
    expect(await controlStore.get(db, ref)).toMatchObject({ status: 'running' })
  })

  it('closes what a dead process left open, but not the session of a newer one', async () => {
    const { ref, epoch, sessionId } = await startedSession(db)
    const close = { status: 'CRASHED', reason: 'failed', detail: 'SIGKILL' } as const
    expect(await sessionStore.closeOpen(db, ref, { ...close, upToEpoch: epoch - 1 })).toBe(0)
    expect(await sessionStore.closeOpen(db, ref, { ...close, upToEpoch: epoch })).toBe(1)
    expect(await sessionStore.get(db, sessionId)).toMatchObject({ status: 'CRASHED', detail: 'SIGKILL' })
  })
})

describe('tradeStore', () => {
  it('returns every field as it went in', async () => {
    const { ref, sessionId, environmentId } = await startedSession(db)
    const sent = trade(ref, sessionId, 1042)
    const { rows, inserted } = await tradeStore.record(db, [sent])
    expect(inserted).toBe(1)
    expect(rows).toEqual([{ ...sent, environmentId, recordedAt: expect.any(Number) }])
    expect(await tradeStore.list(db, { botId: ref.botId })).toEqual(rows)
  })

  it('answers a repeat with the stored row, also inside one batch', async () => {
    const { ref, sessionId } = await startedSession(db)
    const first = await tradeStore.record(db, [trade(ref, sessionId, 1)])
    const again = await tradeStore.record(db, [
      trade(ref, sessionId, 2),
      trade(ref, sessionId, 1, { exitPrice: 9999 }),
      trade(ref, sessionId, 2),
    ])
    expect(again.inserted).toBe(1)
    expect(again.rows.map(r => r.dealId)).toEqual([2, 1, 2])
    expect(again.rows[1]).toEqual(first.rows[0])
  })

  it('takes a trade of a session that has ended: it is a fact', async () => {
    const { ref, sessionId } = await startedSession(db)
    await sessionStore.end(db, { sessionId, status: 'LOST', reason: 'failed' })
    await claim(db, ref)
    expect((await tradeStore.record(db, [trade(ref, sessionId, 5)])).inserted).toBe(1)
  })

  it('refuses a trade without a session, of another instance, or with mixed money', async () => {
    const { ref, sessionId } = await startedSession(db)
    const other = await makeInstance(db)
    const refused = async (t: ReturnType<typeof trade>) =>
      tradeStore.record(db, [t]).then(
        () => 'stored',
        error => error.code,
      )
    expect(await refused(trade(ref, 'nosuch', 1))).toBe('not-found')
    expect(await refused(trade(other, sessionId, 1))).toBe('invalid-payload')
    const euro = { gross: { minor: 1, digits: 2, currency: 'EUR' } }
    expect(await refused(trade(ref, sessionId, 1, euro))).toBe('invalid-payload')
    expect(await tradeStore.list(db, { sessionId })).toEqual([])
  })

  it('refuses a batch beyond its limit', async () => {
    const { ref, sessionId } = await startedSession(db)
    const batch = Array.from({ length: 501 }, (_, i) => trade(ref, sessionId, i + 1))
    await expect(tradeStore.record(db, batch)).rejects.toMatchObject({ code: 'invalid-payload' })
    expect((await tradeStore.record(db, batch.slice(0, 500))).inserted).toBe(500)
  })

  it('pages in both orders without a gap or a repeat', async () => {
    const { ref, sessionId } = await startedSession(db)
    const closedAt = 1_398_902_460_000
    const ids = [1, 2, 3, 4, 5, 6, 7]
    await tradeStore.record(
      db,
      // Equal times: the deal id must decide.
      ids.map(id => trade(ref, sessionId, id, { closedAt: closedAt + Math.floor(id / 3) })),
    )
    const walk = async (order: 'newest' | 'oldest') => {
      const seen: number[] = []
      for (let after: { closedAt: number; dealId: number } | undefined; ; ) {
        const page = await tradeStore.list(db, { sessionId, order, after, limit: 3 })
        if (page.length === 0) return seen
        seen.push(...page.map(t => t.dealId))
        after = page.at(-1)
      }
    }
    expect(await walk('oldest')).toEqual(ids)
    expect(await walk('newest')).toEqual([...ids].reverse())
  })

  it('adds up the trades of the newest session’s account, in total and of the market day', async () => {
    const { ref, sessionId } = await startedSession(db, 'simulated:old')
    await tradeStore.record(db, [trade(ref, sessionId, 1)])
    const next = await claim(db, ref)
    const session = await sessionStore.start(db, sessionRequest(ref, next.epoch, 'simulated:new'))
    const money = (minor: number) => ({ minor, digits: 2, currency: 'USD' })
    const day = Date.UTC(2014, 4, 2)
    await tradeStore.record(db, [
      trade(ref, session.sessionId, 1, { closedAt: day - 1, net: money(1_000) }),
      trade(ref, session.sessionId, 2, { closedAt: day, net: money(-200) }),
      trade(ref, session.sessionId, 3, { closedAt: day + 3_600_000, net: money(50) }),
    ])
    const mine = async () => (await tradeStore.totals(db)).find(t => t.botId === ref.botId)
    expect(await mine()).toMatchObject({ tradeCount: 3, netTotal: money(850), dayNet: money(-150) })
    const tomorrow = { marketAt: day + 86_400_000 }
    await instanceStore.heartbeat(db, heartbeat(ref, session.sessionId, next.epoch, tomorrow))
    expect(await mine()).toMatchObject({ netTotal: money(850), dayNet: money(0) })
  })
})

describe('positionStore', () => {
  const position = (positionId: number) => ({
    positionId,
    symbol: 'XAUUSD',
    side: 'sell' as const,
    volume: 0.01,
    entryPrice: 1290.5,
    openedAt: 1_398_902_400_677,
    stopLoss: null,
    takeProfit: 1280.25,
  })

  it('replaces the list of the instance and of nobody else', async () => {
    const one = await startedSession(db)
    const two = await startedSession(db)
    const send = (s: typeof one, ids: number[]) =>
      positionStore.replace(db, {
        ...s.ref,
        sessionId: s.sessionId,
        confirmedAt: 42_000,
        positions: ids.map(position),
      })
    await send(one, [101, 102])
    await send(two, [201])
    const now = await send(one, [102, 103])
    expect(now).toEqual(
      [102, 103].map(id => ({ ...position(id), confirmedAt: 42_000, environmentId: one.environmentId })),
    )
    expect((await positionStore.list(db, two.ref)).map(p => p.positionId)).toEqual([201])
    expect(await send(one, [])).toEqual([])
  })

  it('refuses the view of a session that is not the newest', async () => {
    const { ref, sessionId } = await startedSession(db)
    const next = await claim(db, ref)
    await sessionStore.start(db, sessionRequest(ref, next.epoch))
    const stale = positionStore.replace(db, { ...ref, sessionId, confirmedAt: 1, positions: [] })
    await expect(stale).rejects.toMatchObject({ code: 'fenced' })
  })
})

describe('eventStore', () => {
  it('counts an equal event instead of storing it again', async () => {
    const ref = await makeInstance(db)
    const event = { type: 'bot-crashed', message: 'It ended.', ref, generation: 1 }
    const first = await eventStore.record(db, event)
    const second = await eventStore.record(db, { ...event, fields: { code: 3 } })
    const other = await eventStore.record(db, { ...event, generation: 2 })
    expect(second).toMatchObject({ id: first.id, count: 2, fields: { code: 3 } })
    expect(other).toMatchObject({ count: 1 })
    const listed = await eventStore.list(db, { botId: ref.botId })
    expect(listed.map(e => e.id)).toEqual([other.id, first.id])
    expect(await eventStore.list(db, { botId: ref.botId, beforeId: other.id })).toHaveLength(1)
  })

  it('keeps the newest when it is pruned', async () => {
    for (const n of [1, 2, 3]) await eventStore.record(db, { type: 'noted', message: `number ${n}` })
    expect(await eventStore.prune(db, 2)).toBeGreaterThan(0)
    expect((await eventStore.list(db)).map(e => e.message)).toEqual(['number 3', 'number 2'])
  })
})

describe('leaseStore', () => {
  it('belongs to one holder until it expires or is released, and its epoch grows with each takeover', async () => {
    const take = (holder: string, ttlMs = 60_000) => leaseStore.acquire(db, { key: 'k', holder, ttlMs })
    expect(await take('a')).toMatchObject({ epoch: 1, holder: 'a' })
    expect(await take('a')).toMatchObject({ epoch: 1 })
    expect(await take('b')).toBeNull()
    await leaseStore.release(db, 'k', 'b')
    expect(await take('b')).toBeNull()
    await leaseStore.release(db, 'k', 'a')
    expect(await take('b')).toMatchObject({ epoch: 2, holder: 'b' })
    await db.query(`update claw.leases set renewed_at = renewed_at - interval '1 hour' where key = 'k'`)
    expect(await take('c')).toMatchObject({ epoch: 3, holder: 'c' })
  })

  it('gets a new epoch when its own holder comes back after the expiry', async () => {
    const request = { key: 'late', holder: 'a', ttlMs: 60_000 }
    await leaseStore.acquire(db, request)
    await db.query(`update claw.leases set renewed_at = renewed_at - interval '1 hour' where key = 'late'`)
    expect(await leaseStore.acquire(db, request)).toMatchObject({ epoch: 2 })
  })
})
