import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RepairWork } from '../src/client/repair-contracts.ts'
import type { Database } from '../src/database/connect.ts'
import { controlStore } from '../src/stores/control.ts'
import { eventStore } from '../src/stores/events.ts'
import { instanceStore } from '../src/stores/instances.ts'
import { MAX_WAITING_REPAIRS, repairStore } from '../src/stores/repairs.ts'
import { type TestDatabase, withDatabase } from '../src/testing/index.ts'
import { claim, makeInstance, type Ref } from './rows.ts'

let test: TestDatabase
let db: Database
beforeAll(async () => {
  test = await withDatabase()
  db = test.database
})
afterAll(() => test.close())

const RESET: RepairWork = { action: 'reset-state' }
const release = (protection: string, ordinal = 1): RepairWork => ({
  ...{ action: 'release-protection', protection, ordinal },
})
const settle = (orderId: string, seenAs: 'absent' | 'filled'): RepairWork => ({
  ...{ action: 'settle-order', orderId, seenAs },
})
const word = (work: RepairWork) => ({ work, reason: 'the feed was bad', askedBy: 'operator' })
const told = (epoch: number, status: 'applied' | 'refused' = 'applied') => ({
  ...{ epoch, sessionId: 's1', status, result: 'As asked.' },
})

/** Starts it, as operator and worker do. @returns the epoch */
async function started(ref: Ref): Promise<number> {
  await controlStore.set(db, ref, { status: 'running', reason: 'go on', updatedBy: 'operator' })
  return (await claim(db, ref)).epoch
}

describe('repairStore', () => {
  it('keeps who asked for what, when and why, and tells of it as an event', async () => {
    const ref = await makeInstance(db, 'stopped')
    const asked = await repairStore.ask(db, ref, word(release('max drawdown', 2)))
    expect(asked).toMatchObject({
      ...ref,
      work: { action: 'release-protection', protection: 'max drawdown', ordinal: 2 },
      ...{ reason: 'the feed was bad', askedBy: 'operator', status: 'waiting' },
      ...{ result: null, settledAt: null, sessionId: null, askedAt: expect.any(Number) },
    })
    expect(await eventStore.list(db, ref)).toMatchObject([
      {
        type: 'repair-asked',
        message:
          'operator asked for the release of max drawdown (number 2) (the feed was bad); it is done at the next start.',
        fields: { repairId: asked.repairId, askedBy: 'operator' },
      },
    ])
  })

  it('gives the one that waits when the same is asked for again, also at the same time', async () => {
    const ref = await makeInstance(db, 'stopped')
    const ids = await Promise.all(
      Array.from({ length: 8 }, () => repairStore.ask(db, ref, word(release('cooldown')))),
    )
    expect(new Set(ids.map(({ repairId }) => repairId)).size).toBe(1)
    await repairStore.ask(db, ref, word(release('cooldown', 2)))
    await repairStore.ask(db, ref, word(RESET))
    expect(await repairStore.waiting(db, ref)).toHaveLength(3)
  })

  it('refuses another word on an order while one waits, until that is taken back', async () => {
    const ref = await makeInstance(db, 'stopped')
    const { repairId } = await repairStore.ask(db, ref, word(settle('s0.1', 'absent')))
    const other = () => repairStore.ask(db, ref, word(settle('s0.1', 'filled')))
    await expect(other()).rejects.toThrow(`[already-exists] Repair ${repairId} waits`)
    expect(await repairStore.withdraw(db, ref, repairId, 'operator')).toMatchObject({ status: 'withdrawn' })
    expect(await repairStore.withdraw(db, ref, repairId, 'operator')).toMatchObject({ status: 'withdrawn' })
    expect(await other()).toMatchObject({ status: 'waiting', work: { seenAs: 'filled' } })
  })

  it.each(['starting', 'running', 'stopping', 'crashed', 'failed', 'unknown'] as const)(
    'refuses a bot that is %s, whatever it should be, and changes nothing',
    async actual => {
      const ref = await makeInstance(db)
      const { epoch } = await claim(db, ref)
      await instanceStore.report(db, ref, epoch, { actual })
      for (const status of ['running', 'stopped'] as const) {
        await controlStore.set(db, ref, { status, reason: 'a test', updatedBy: 'test' })
        await expect(repairStore.ask(db, ref, word(release('max daily loss')))).rejects.toThrow(
          `[conflict] ${ref.botId}/demo should be ${status} and is ${actual}: the release of max daily loss takes a stopped bot`,
        )
      }
      expect(await repairStore.list(db, ref)).toEqual([])
    },
  )

  it('refuses a bot that is stopped and should run: it may start at any moment', async () => {
    const ref = await makeInstance(db, 'running')
    await expect(repairStore.ask(db, ref, word(RESET))).rejects.toThrow('should be running and is stopped')
  })

  it('is settled once, by the newest process alone', async () => {
    const ref = await makeInstance(db, 'stopped')
    const { repairId } = await repairStore.ask(db, ref, word(RESET))
    const epoch = await started(ref)
    await expect(repairStore.resolve(db, ref, repairId, told(epoch - 1))).rejects.toThrow('[fenced]')
    expect(await repairStore.resolve(db, ref, repairId, told(epoch))).toMatchObject({
      ...{ status: 'applied', result: 'As asked.', sessionId: 's1', settledAt: expect.any(Number) },
    })
    const [event] = await eventStore.list(db, ref)
    expect(event).toMatchObject({
      type: 'repair-applied',
      message: 'The reset of the state, asked for by operator (the feed was bad), was applied: As asked.',
    })
    // A process that did not hear the answer says it again.
    expect(await repairStore.resolve(db, ref, repairId, told(epoch))).toMatchObject({ status: 'applied' })
    await expect(repairStore.resolve(db, ref, repairId, told(epoch, 'refused'))).rejects.toThrow('[conflict]')
    expect(await repairStore.waiting(db, ref)).toEqual([])
  })

  it('cannot be taken back once it is done, or while the bot may be doing it', async () => {
    const ref = await makeInstance(db, 'stopped')
    const { repairId } = await repairStore.ask(db, ref, word(RESET))
    const epoch = await started(ref)
    const withdraw = () => repairStore.withdraw(db, ref, repairId, 'operator')
    await expect(withdraw()).rejects.toThrow('[conflict]')
    await repairStore.resolve(db, ref, repairId, told(epoch))
    await controlStore.set(db, ref, { status: 'stopped', reason: 'a test', updatedBy: 'test' })
    await instanceStore.report(db, ref, epoch, { actual: 'stopped', process: null })
    await expect(withdraw()).rejects.toThrow(`Repair ${repairId} is applied already`)
  })

  it('belongs to one instance, and another does not find it', async () => {
    const [ref, other] = [await makeInstance(db, 'stopped'), await makeInstance(db, 'stopped')]
    const { repairId } = await repairStore.ask(db, ref, word(RESET))
    expect(await repairStore.list(db, other)).toEqual([])
    await expect(repairStore.withdraw(db, other, repairId, 'operator')).rejects.toThrow('[not-found]')
  })

  it('lists those that wait, and the newest 20 others; more than 100 do not wait', async () => {
    const ref = await makeInstance(db, 'stopped')
    for (let n = 0; n < 21; n++) {
      const { repairId } = await repairStore.ask(db, ref, word(RESET))
      await repairStore.withdraw(db, ref, repairId, 'operator')
    }
    for (let n = 0; n < MAX_WAITING_REPAIRS; n++)
      await repairStore.ask(db, ref, word(settle(`s0.${n}`, 'absent')))
    await expect(repairStore.ask(db, ref, word(RESET))).rejects.toThrow('100 repairs of')
    const listed = await repairStore.list(db, ref)
    expect(listed.map(({ status }) => status).lastIndexOf('waiting')).toBe(99)
    expect(listed).toHaveLength(120)
  })
})
