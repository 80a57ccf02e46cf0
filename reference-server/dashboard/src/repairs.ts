import type { Bot, Instance, Lock, RepairRow, RepairWork } from './contract.ts'

/** What a person may have done to what a stopped bot has kept. */
export interface RepairAction {
  readonly work: RepairWork
  /** Text of the button; ends in `…` because a dialog follows. */
  readonly label: string
  /** What the dialog asks: `Release max drawdown of S03 on demo?` begins with it. */
  readonly verb: string
  /** What will follow; the dialog shows it before anything is sent. */
  readonly consequence: string
}

/** An entry without an outcome. */
type Unsettled = Instance['unsettled'][number]

/** A lock with its number, where there may be several of its name. */
export function lockName({ protection, ordinal }: Pick<Lock, 'protection' | 'ordinal'>): string {
  return ordinal === 1 ? protection : `${protection} (number ${ordinal})`
}

/** Has one protection begin anew; null for one that blocks by other facts than what it remembers. */
export function releaseAction(lock: Lock): RepairAction | null {
  if (!lock.isReleasable) return null
  const name = lockName(lock)
  return {
    work: { action: 'release-protection', protection: lock.protection, ordinal: lock.ordinal },
    label: 'Release…',
    verb: `Release ${name} of`,
    consequence: `At its next start ${name} begins anew, as if it had seen nothing: the bot may open positions again, and lose as much again before it blocks. Every other protection stays as it is.`,
  }
}

/** What a person may say of an order. */
export function settleActions({ orderId }: Unsettled): readonly RepairAction[] {
  const first = `At its next start the bot looks for order ${orderId} at the broker for 50 s; what the broker's records show counts, whatever is said here.`
  return [
    {
      work: { action: 'settle-order', orderId, seenAs: 'absent' },
      label: 'Never arrived…',
      verb: `Settle ${orderId} as never arrived, of`,
      consequence: `${first} Without a trace it counts as absent, and the strategy may enter again: if it was filled after all, that is a second position.`,
    },
    {
      work: { action: 'settle-order', orderId, seenAs: 'filled' },
      label: 'Was filled…',
      verb: `Settle ${orderId} as filled, of`,
      consequence: `${first} Without a trace in records that no longer reach back to it, it counts as filled, and what it opened as closed.`,
    },
  ]
}

/** Has the strategy begin anew. */
export const RESET: RepairAction = {
  work: { action: 'reset-state' },
  label: 'Reset…',
  verb: 'Reset the state of',
  consequence:
    'At its next start the strategy forgets what it has kept, and begins as on its first day. What limits and protections have seen stays. It is refused while the account has a position or an order of the bot.',
}

/** What a repair is about, in words. */
export function repairText(work: RepairWork): string {
  switch (work.action) {
    case 'reset-state':
      return 'Reset of the state'
    case 'release-protection':
      return `Release of ${lockName(work)}`
    case 'settle-order':
      return `Order ${work.orderId} ${work.seenAs === 'absent' ? 'never arrived' : 'was filled'}`
  }
}

/** Repairs that wait, and the newest three of the others. */
export function shownRepairs({ repairs }: Pick<Bot, 'repairs'>): {
  readonly waiting: readonly RepairRow[]
  readonly settled: readonly RepairRow[]
} {
  return {
    waiting: repairs.filter(({ status }) => status === 'waiting'),
    settled: repairs.filter(({ status }) => status !== 'waiting').slice(0, 3),
  }
}

/** Why nothing may be asked for now; null when it may. */
export function repairHindrance(row: Instance): string | null {
  if (row.desired === 'stopped' && row.actual === 'stopped') return null
  return 'Stop the bot first: a running one writes what it keeps over a change.'
}
