import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectDatabase, type Database } from '../src/database/connect.ts'
import { type Change, listen, notifyChange } from '../src/database/notify.ts'
import { type TestDatabase, withDatabase } from '../src/testing/index.ts'

let test: TestDatabase
let db: Database
beforeAll(async () => {
  test = await withDatabase()
  db = test.database
})
afterAll(() => test.close())

describe('connectDatabase', () => {
  it('gives whole numbers for bigint and milliseconds for instants', async () => {
    const [row] = await db.query<{ big: number; at: number; json: unknown }>(
      `select 9007199254740991::bigint as big, '2014-05-01 00:00:00.677+00'::timestamptz as at, '{"a":[1]}'::jsonb as json`,
    )
    expect(row).toEqual({ big: 9007199254740991, at: 1_398_902_400_677, json: { a: [1] } })
  })

  it('refuses a bigint that JavaScript cannot hold instead of rounding it', async () => {
    await expect(db.query('select 9007199254740993::bigint')).rejects.toMatchObject({
      code: 'invalid-payload',
    })
  })

  it('rolls back everything when the work of a transaction throws', async () => {
    await db.query('create table t (n integer)')
    const work = db.transaction(async tx => {
      await tx.query('insert into t values (1)')
      await tx.transaction(inner => inner.query('insert into t values (2)'))
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    expect(await db.query('select n from t')).toEqual([])
  })

  it('says that a server is not there, without its password', async () => {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as { port: number }
    probe.close()
    await once(probe, 'close')
    const lost = connectDatabase({ url: `postgresql://claw:topsecret@127.0.0.1:${port}/claw` })
    const error = await lost.ping().catch((e: unknown) => e as Error)
    expect(error).toMatchObject({ code: 'database-unavailable', retryable: true })
    expect(String(error)).not.toContain('topsecret')
    await lost.close()
  })

  it('cancels a statement beyond its time', async () => {
    const short = connectDatabase({ url: test.url, statementTimeoutMs: 20 })
    await expect(short.query('select pg_sleep(30)')).rejects.toThrow('statement timeout')
    await short.close()
  })

  it('goes on after its connections were ended from outside', async () => {
    const other = connectDatabase({ url: test.url, applicationName: 'doomed', maxConnections: 2 })
    await other.ping()
    const terminate = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'doomed'`
    await db.query(terminate)
    // The pool may hand out the dead connection once.
    await other.ping().catch(() => {})
    await other.ping()
    const inTransaction = other.transaction(async tx => {
      await tx.query('select 1')
      await db.query(terminate)
      await tx.query('select 1')
    })
    await expect(inTransaction).rejects.toMatchObject({ code: 'database-unavailable' })
    await other.ping()
    await other.close()
  })

  it('refuses a size of the pool out of range', () => {
    expect(() => connectDatabase({ url: test.url, maxConnections: 0 })).toThrow('maxConnections is 0')
  })
})

describe('listen', () => {
  const change: Change = { type: 'control', botId: 'S03', accountType: 'demo' }

  /** Changes as they come, each awaited. */
  function inbox() {
    const got: Change[] = []
    const waiting: ((c: Change) => void)[] = []
    return {
      onChange: (c: Change) => {
        const next = waiting.shift()
        if (next === undefined) got.push(c)
        else next(c)
      },
      next: (): Promise<Change> => {
        const first = got.shift()
        return first === undefined ? new Promise(resolve => waiting.push(resolve)) : Promise.resolve(first)
      },
      got,
    }
  }

  it('hears a change after its commit and not after a rollback', async () => {
    const { onChange, next, got } = inbox()
    const listener = await listen({ url: test.url, onChange })
    await db
      .transaction(async tx => {
        await notifyChange(tx, { ...change, botId: 'rolled-back' })
        throw new Error('no')
      })
      .catch(() => {})
    await notifyChange(db, change)
    expect(await next()).toEqual(change)
    expect(got).toEqual([])
    await listener.close()
  })

  it('connects again after its connection is lost, and says that it may have missed something', async () => {
    const { onChange, next } = inbox()
    let gap = (): void => {}
    const gone = new Promise<void>(resolve => {
      gap = resolve
    })
    const listener = await listen({ url: test.url, onChange, onGap: () => gap() })
    await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'claw-listen' and datname = current_database()`,
    )
    await gone
    await notifyChange(db, change)
    expect(await next()).toEqual(change)
    await listener.close()
  })

  it('leaves a payload of another version unheard', async () => {
    const { onChange, next } = inbox()
    const listener = await listen({ url: test.url, onChange })
    await db.query(
      `select pg_notify('claw_changed', 'nonsense'), pg_notify('claw_changed', '{"type":"new-thing"}')`,
    )
    await notifyChange(db, change)
    expect(await next()).toEqual(change)
    await listener.close()
  })
})
