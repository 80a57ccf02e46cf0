import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/database/connect.ts'
import { createReconciler, type Reconciler } from '../src/hub/reconciler.ts'
import { createHintQueue } from '../src/queue/bullmq.ts'
import type { HintQueue, ReconcileHint } from '../src/queue/queue.ts'
import { controlStore } from '../src/stores/control.ts'
import { instanceStore } from '../src/stores/instances.ts'
import { type TestDatabase, withDatabase } from '../src/testing/index.ts'
import { claim, makeInstance } from './rows.ts'

let test: TestDatabase
let db: Database
beforeAll(async () => {
  test = await withDatabase()
  db = test.database
})
afterAll(() => test.close())

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const resource of open.splice(0).reverse()) await resource.close()
})
let hosts = 0
async function hintQueue(host = `h${++hosts}`): Promise<HintQueue> {
  const queue = await createHintQueue({ url: test.url, host })
  open.push(queue)
  return queue
}

/** A handler whose hints can be awaited and held. */
function handler() {
  const hints: ReconcileHint[] = []
  let wanted: { count: number; resolve: () => void } | undefined
  let hold: Promise<void> = Promise.resolve()
  return {
    hints,
    hold: (until: Promise<void>) => {
      hold = until
    },
    handle: async (hint: ReconcileHint) => {
      hints.push(hint)
      if (wanted !== undefined && hints.length >= wanted.count) wanted.resolve()
      await hold
    },
    received: (count: number): Promise<void> =>
      hints.length >= count
        ? Promise.resolve()
        : new Promise(resolve => {
            wanted = { count, resolve }
          }),
  }
}

describe('createHintQueue', () => {
  const hint = (botId: string, generation = 1): ReconcileHint => ({ botId, accountType: 'demo', generation })

  it('hands a hint to the worker of its host', async () => {
    const queue = await hintQueue()
    const { handle, received, hints } = handler()
    await queue.process(handle)
    await queue.enqueue(hint('S03', 7))
    await received(1)
    expect(hints).toEqual([hint('S03', 7)])
    expect(queue.state).toBe('ok')
  })

  it('keeps hints until a worker comes, at most one of each instance', async () => {
    const queue = await hintQueue('later')
    for (let i = 0; i < 50; i += 1) await queue.enqueue(hint(i % 2 === 0 ? 'A' : 'B', i))
    const [row] = await db.query<{ waiting: number }>(
      `select count(*) as waiting from queue.job where queue like '%later%'`,
    )
    expect(row?.waiting).toBe(2)
    const worker = await hintQueue('later')
    const { handle, received, hints } = handler()
    await worker.process(handle)
    await received(2)
    expect(hints.map(h => h.botId).sort()).toEqual(['A', 'B'])
  })

  it('goes on after a handler that failed', async () => {
    const queue = await hintQueue()
    const { handle, received } = handler()
    let failures = 0
    await queue.process(async h => {
      if (failures++ === 0) throw new Error('no')
      await handle(h)
    })
    await queue.enqueue(hint('A'))
    await queue.enqueue(hint('B'))
    await received(1)
    expect(failures).toBeGreaterThanOrEqual(2)
  })

  it('lets nothing but a hint through to the handler', async () => {
    const queue = await hintQueue()
    const { handle, received, hints } = handler()
    await queue.process(handle)
    await queue.enqueue({ botId: '../../etc', accountType: 'demo', generation: 1 } as ReconcileHint)
    await queue.enqueue(hint('S03'))
    await received(1)
    expect(hints).toEqual([hint('S03')])
  })

  it('says that the queue cannot be reached', async () => {
    const url = new URL(test.url)
    url.pathname = '/no_such_database'
    await expect(createHintQueue({ url: url.toString(), host: 'h' })).rejects.toMatchObject({
      code: 'queue-unavailable',
      retryable: true,
    })
  })
})

describe('createReconciler', () => {
  /** A queue in memory behind the same port. */
  function memoryQueue() {
    const { handle, hints, received } = handler()
    const queue: HintQueue & { broken: boolean } = {
      broken: false,
      backend: 'memory',
      state: 'ok',
      enqueue: async h => {
        await handle(h)
        if (queue.broken) throw new Error('down')
      },
      process: async () => {},
      close: async () => {},
    }
    return { queue, hints, received }
  }
  function hub(queue: HintQueue, holder: string, options = {}): Reconciler {
    // The interval is out of reach: what happens within a test comes from a notification or a trigger.
    const reconciler = createReconciler({ database: db, queue, holder, intervalMs: 600_000, ...options })
    open.push(reconciler)
    return reconciler
  }
  const of = (hints: readonly ReconcileHint[], botId: string) => hints.filter(h => h.botId === botId)

  it('hints at what is not as it should be and notes that it has seen it', async () => {
    const wanted = await makeInstance(db)
    const settled = await makeInstance(db, 'stopped')
    const { queue, hints } = memoryQueue()
    const reconciler = hub(queue, 'one')
    await reconciler.start()
    expect(of(hints, wanted.botId)).toEqual([{ ...wanted, generation: 1 }])
    expect(of(hints, settled.botId)).toEqual([])
    expect(await instanceStore.get(db, settled)).toMatchObject({ observedGeneration: 1 })
    expect(reconciler.state()).toMatchObject({ holder: 'one', leading: true, queue: 'ok', lastError: null })
  })

  it('looks at once when a desire changes', async () => {
    const ref = await makeInstance(db, 'stopped')
    const { queue, hints, received } = memoryQueue()
    await hub(queue, 'two').start()
    const before = hints.length
    await controlStore.set(db, ref, { status: 'running', reason: 'go', updatedBy: 'operator' })
    while (of(hints, ref.botId).length === 0) await received(Math.max(before, hints.length) + 1)
    expect(of(hints, ref.botId)[0]).toEqual({ ...ref, generation: 2 })
  })

  it('hints at a running bot whose desire has changed, so that it is told', async () => {
    const ref = await makeInstance(db)
    const { epoch } = await claim(db, ref)
    await instanceStore.report(db, ref, epoch, { actual: 'running' })
    const { queue, hints } = memoryQueue()
    const quiet = hub(queue, 'three')
    await quiet.start()
    expect(of(hints, ref.botId)).toEqual([])
    await quiet.close()
    await controlStore.set(db, ref, { status: 'paused', reason: 'news', updatedBy: 'operator' })
    await hub(queue, 'four').start()
    expect(of(hints, ref.botId)).toEqual([{ ...ref, generation: 2 }])
  })

  it('lets one hub lead and another take over when it is closed', async () => {
    const first = hub(memoryQueue().queue, 'first')
    await first.start()
    const second = hub(memoryQueue().queue, 'second')
    await second.start()
    expect(second.state()).toMatchObject({ leading: false, holder: 'first', lastPassAt: null })
    const { epoch } = first.state()
    await first.close()
    const third = hub(memoryQueue().queue, 'third')
    await third.start()
    expect(third.state()).toMatchObject({ leading: true, holder: 'third', epoch: epoch + 1 })
  })

  it('finishes its pass when the queue fails', async () => {
    const ref = await makeInstance(db)
    const { queue, hints } = memoryQueue()
    queue.broken = true
    const reconciler = hub(queue, 'five')
    await reconciler.start()
    expect(of(hints, ref.botId)).toHaveLength(1)
    expect(reconciler.state()).toMatchObject({ leading: true, lastError: null })
    expect(await instanceStore.get(db, ref)).toMatchObject({ observedGeneration: 1 })
  })
})
