import type { InstanceRef } from '../client/contracts.ts'
import type { Repair, RepairResult, RepairWork } from '../client/repair-contracts.ts'
import type { Queryable } from '../database/queryable.ts'
import { ControlPlaneError } from '../errors.ts'
import { eventStore } from './events.ts'
import { instanceStore } from './instances.ts'

/** Repairs of one instance that wait at the same time. */
export const MAX_WAITING_REPAIRS = 100
/** Settled ones in a list. */
const LISTED = 20

/** What is asked for. */
export interface RepairAsk {
  readonly work: RepairWork
  /** Why, 1 to 500 characters. */
  readonly reason: string
  /** Who asks. */
  readonly askedBy: string
}

const COLUMNS = `repair_id as "repairId", bot_id as "botId", account_type as "accountType", work, reason,
  asked_by as "askedBy", asked_at as "askedAt", status, result, settled_at as "settledAt", session_id as "sessionId"`

/** What a repair is about, in words. */
export function repairText(work: RepairWork): string {
  switch (work.action) {
    case 'reset-state':
      return 'reset of the state'
    case 'release-protection':
      return `release of ${work.protection}${work.ordinal === 1 ? '' : ` (number ${work.ordinal})`}`
    case 'settle-order':
      return `order ${work.orderId} as ${work.seenAs}`
  }
}

function targetOf(work: RepairWork): string {
  if (work.action === 'settle-order') return work.orderId
  return work.action === 'reset-state' ? '' : `${work.protection} ${work.ordinal}`
}

/** Locks the instance, so that it is not started meanwhile. @throws {@link ControlPlaneError} `not-found`, `conflict` */
async function requireStopped(tx: Queryable, ref: InstanceRef, what: string): Promise<void> {
  const [row] = await tx.query<{ desired: string; actual: string }>(
    `select desired_status as desired, actual_status as actual from claw.bot_instances
     where bot_id = $1 and account_type = $2 for update`,
    [ref.botId, ref.accountType],
  )
  const name = `${ref.botId}/${ref.accountType}`
  if (row === undefined)
    throw new ControlPlaneError(
      'not-found',
      `There is no instance ${name}. List the bots to see what there is.`,
    )
  if (row.desired === 'stopped' && row.actual === 'stopped') return
  throw new ControlPlaneError(
    'conflict',
    `${name} should be ${row.desired} and is ${row.actual}: ${what} takes a stopped bot, because a running one writes ` +
      'what it keeps over it, and a restart after a crash would take up a word that was meant for another moment. Stop it first.',
    { details: { desired: row.desired, actual: row.actual } },
  )
}

async function note(tx: Queryable, repair: Repair, type: string, message: string): Promise<void> {
  const { botId, accountType, repairId, work, askedBy, reason, sessionId } = repair
  const fields = { repairId, work, askedBy, reason }
  await eventStore.record(tx, { type, message, ref: { botId, accountType }, sessionId, fields })
}

/** Repairs. A row is asked for, settled once, and never deleted: it is the record of who did it, when and why. */
export const repairStore = {
  /**
   * Asks for a repair of a stopped instance; the same one again gives the row that waits.
   * @throws {@link ControlPlaneError} `not-found`, `conflict` unless it is stopped or with too many that wait,
   *   `already-exists` when another word on the same thing waits
   */
  ask(db: Queryable, ref: InstanceRef, { work, reason, askedBy }: RepairAsk): Promise<Repair> {
    return db.transaction(async tx => {
      await requireStopped(tx, ref, `the ${repairText(work)}`)
      const waiting = await this.waiting(tx, ref)
      const same = waiting.find(
        other => other.work.action === work.action && targetOf(other.work) === targetOf(work),
      )
      if (same !== undefined) return sameWord(same, work)
      if (waiting.length >= MAX_WAITING_REPAIRS)
        throw new ControlPlaneError(
          'conflict',
          `${waiting.length} repairs of ${ref.botId}/${ref.accountType} wait, the most. Start it, so that it takes them up.`,
        )
      const [row] = await tx.query<Repair>(
        `insert into claw.repairs (bot_id, account_type, action, target, work, reason, asked_by)
         values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`,
        [ref.botId, ref.accountType, work.action, targetOf(work), JSON.stringify(work), reason, askedBy],
      )
      const repair = row as Repair
      const message = `${askedBy} asked for the ${repairText(work)} (${reason}); it is done at the next start.`
      await note(tx, repair, 'repair-asked', message)
      return repair
    })
  },

  /** Oldest first. */
  waiting(db: Queryable, ref: InstanceRef): Promise<readonly Repair[]> {
    return db.query<Repair>(
      `select ${COLUMNS} from claw.repairs where bot_id = $1 and account_type = $2 and status = 'waiting'
       order by repair_id`,
      [ref.botId, ref.accountType],
    )
  },

  /** Those that wait, oldest first, then the newest 20 others. */
  async list(db: Queryable, ref: InstanceRef): Promise<readonly Repair[]> {
    const settled = await db.query<Repair>(
      `select ${COLUMNS} from claw.repairs where bot_id = $1 and account_type = $2 and status <> 'waiting'
       order by repair_id desc limit ${LISTED}`,
      [ref.botId, ref.accountType],
    )
    return [...(await this.waiting(db, ref)), ...settled]
  },

  /**
   * Takes back one that waits; one that was taken back already stays so.
   * @throws {@link ControlPlaneError} `not-found`, `conflict` when it is settled, or the instance is not stopped
   */
  withdraw(db: Queryable, ref: InstanceRef, repairId: number, by: string): Promise<Repair> {
    return db.transaction(async tx => {
      await requireStopped(tx, ref, 'taking back a repair')
      const found = await find(tx, ref, repairId)
      if (found.status === 'withdrawn') return found
      if (found.status !== 'waiting') throw settledAlready(found)
      const repair = await settle(tx, repairId, 'withdrawn', `Taken back by ${by}.`, null)
      await note(tx, repair, 'repair-withdrawn', `${by} took back the ${repairText(repair.work)}.`)
      return repair
    })
  },

  /**
   * Writes what came of one, from the instance's newest process; the same again changes nothing.
   * @throws {@link ControlPlaneError} `fenced` for an older epoch, `not-found`, `conflict` when it is settled otherwise
   */
  resolve(db: Queryable, ref: InstanceRef, repairId: number, told: RepairResult): Promise<Repair> {
    return db.transaction(async tx => {
      const locked = await tx.query<{ epoch: number }>(
        'select epoch from claw.bot_instances where bot_id = $1 and account_type = $2 for update',
        [ref.botId, ref.accountType],
      )
      if (locked[0]?.epoch !== told.epoch) await instanceStore.refuse(tx, ref, told.epoch)
      const found = await find(tx, ref, repairId)
      if (found.status === told.status) return found
      if (found.status !== 'waiting') throw settledAlready(found)
      const repair = await settle(tx, repairId, told.status, told.result, told.sessionId)
      const { work, askedBy, reason } = repair
      const what = repairText(work)
      const message = `The ${what}, asked for by ${askedBy} (${reason}), was ${told.status}: ${told.result}`
      await note(tx, repair, `repair-${told.status}`, message)
      return repair
    })
  },
}

function sameWord(waiting: Repair, work: RepairWork): Repair {
  const isSame =
    work.action !== 'settle-order' ||
    (waiting.work.action === 'settle-order' && waiting.work.seenAs === work.seenAs)
  if (isSame) return waiting
  throw new ControlPlaneError(
    'already-exists',
    `Repair ${waiting.repairId} waits and says "${repairText(waiting.work)}" (${waiting.askedBy}: ${waiting.reason}). Take it back first.`,
  )
}

async function find(tx: Queryable, ref: InstanceRef, repairId: number): Promise<Repair> {
  const [row] = await tx.query<Repair>(
    `select ${COLUMNS} from claw.repairs where repair_id = $3 and bot_id = $1 and account_type = $2 for update`,
    [ref.botId, ref.accountType, repairId],
  )
  if (row !== undefined) return row
  throw new ControlPlaneError(
    'not-found',
    `${ref.botId}/${ref.accountType} has no repair ${repairId}. See GET /repairs/${ref.botId}.`,
  )
}

async function settle(
  tx: Queryable,
  repairId: number,
  status: Repair['status'],
  result: string,
  sessionId: string | null,
): Promise<Repair> {
  const [row] = await tx.query<Repair>(
    `update claw.repairs set status = $2, result = $3, session_id = $4, settled_at = clock_timestamp()
     where repair_id = $1 returning ${COLUMNS}`,
    [repairId, status, result, sessionId],
  )
  return row as Repair
}

function settledAlready({ repairId, status, result }: Repair): ControlPlaneError {
  return new ControlPlaneError(
    'conflict',
    `Repair ${repairId} is ${status} already: ${result ?? ''} Ask for a new one if something is left to do.`,
  )
}
