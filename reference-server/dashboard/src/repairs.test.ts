import { expect, it } from 'vitest'
import { botOf, instance } from './fixtures.ts'
import {
  lockName,
  releaseAction,
  repairHindrance,
  repairText,
  RESET,
  settleActions,
  shownRepairs,
} from './repairs.ts'

const lock = { protection: 'max drawdown', ordinal: 2, reason: 'equity fell 10 %', isReleasable: true }

it('releases the lock that was shown, by name and number, and says what it may cost', () => {
  const action = releaseAction(lock)
  expect(action?.work).toEqual({ action: 'release-protection', protection: 'max drawdown', ordinal: 2 })
  expect(action?.consequence).toMatch(/lose as much again before it blocks\. Every other protection stays/)
  expect(lockName(lock)).toBe('max drawdown (number 2)')
  expect(releaseAction({ ...lock, isReleasable: false })).toBeNull()
})

it('settles an order by one of two words, each with what follows from it', () => {
  const [absent, filled] = settleActions({ orderId: 's0.1', at: 1, isLeft: true })
  expect(absent?.work).toEqual({ action: 'settle-order', orderId: 's0.1', seenAs: 'absent' })
  expect(absent?.consequence).toMatch(/that is a second position/)
  expect(filled?.work).toEqual({ action: 'settle-order', orderId: 's0.1', seenAs: 'filled' })
  expect([absent, filled].map(action => repairText(action?.work ?? RESET.work))).toEqual([
    'Order s0.1 never arrived',
    'Order s0.1 was filled',
  ])
})

it('asks for nothing while the bot runs, or may start', () => {
  const stopped = { desired: 'stopped', actual: 'stopped' } as const
  expect(repairHindrance(instance(stopped))).toBeNull()
  expect(repairHindrance(instance({ ...stopped, desired: 'running' }))).toMatch(/^Stop the bot first/)
  expect(repairHindrance(instance({ ...stopped, actual: 'stopping' }))).toMatch(/^Stop the bot first/)
})

it('shows all that wait, and three of the others', () => {
  const repair = (repairId: number, status: 'waiting' | 'applied') => ({
    ...({
      botId: 'S03',
      accountType: 'demo',
      work: RESET.work,
      reason: '',
      askedBy: '',
      askedAt: 1,
    } as const),
    ...{ repairId, status, result: null, settledAt: null, sessionId: null },
  })
  const repairs = [
    ...[1, 2, 3, 4].map(id => repair(id, 'waiting')),
    ...[5, 6, 7, 8].map(id => repair(id, 'applied')),
  ]
  const { waiting, settled } = shownRepairs(botOf({ repairs }))
  expect([waiting.length, settled.map(({ repairId }) => repairId)]).toEqual([4, [5, 6, 7]])
})
