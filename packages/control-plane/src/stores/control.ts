import type { AccountType, ControlResponse, ControlStatus, InstanceRef } from '../client/contracts.ts'
import { notifyChange } from '../database/notify.ts'
import type { Queryable } from '../database/queryable.ts'
import { ControlPlaneError } from '../errors.ts'

/** The operator's word for an instance. */
export interface Control {
  /** Whose. */
  readonly botId: string
  /** On which kind of account. */
  readonly accountType: AccountType
  /** What should be. */
  readonly status: ControlStatus
  /** Lots per entry; null: the strategy sizes by risk. */
  readonly lotSize: number | null
  /** Bad quotes are kept from the strategy. */
  readonly quoteFilter: boolean
  /** Why. */
  readonly reason: string
  /** Who said so. */
  readonly updatedBy: string
  /** Wall time. */
  readonly updatedAt: number
  /** Grows by 1 with each change. */
  readonly generation: number
  /** Of the instance's newest process. */
  readonly epoch: number
}

/** A change of desire. */
export interface ControlChange {
  /** What should be. */
  readonly status: ControlStatus
  /** Why, 1 to 500 characters. */
  readonly reason: string
  /** Who says so. */
  readonly updatedBy: string
  /** Absent: stays as it is. */
  readonly lotSize?: number | null | undefined
  /** Absent: stays as it is, at first on. */
  readonly quoteFilter?: boolean | undefined
  /** Refuses with `conflict` unless this is the generation now. */
  readonly ifGeneration?: number
}

const SELECT = `select c.bot_id as "botId", c.account_type as "accountType", c.status, c.lot_size as "lotSize",
  c.quote_filter as "quoteFilter", c.reason,
  c.updated_by as "updatedBy", c.updated_at as "updatedAt", c.generation, i.epoch
  from claw.bot_control c join claw.bot_instances i using (bot_id, account_type)
  where c.bot_id = $1 and c.account_type = $2`

function checkReason(reason: string): string {
  const trimmed = reason.trim()
  if (trimmed.length < 1 || trimmed.length > 500)
    throw new ControlPlaneError(
      'invalid-payload',
      'A change of desire needs a reason of 1 to 500 characters. Say why: it is kept with the change.',
    )
  return trimmed
}

/** Desire. No other module writes `bot_control` or `bot_instances.desired_status` and `generation`. */
export const controlStore = {
  /**
   * Makes the instance known, with a first desire when it has none yet; what is there stays.
   * @throws {@link ControlPlaneError} `not-found` for an unknown bot
   */
  ensure(db: Queryable, ref: InstanceRef, first: Omit<ControlChange, 'ifGeneration'>): Promise<Control> {
    return db.transaction(async tx => {
      const bots = await tx.query('select from claw.bots where bot_id = $1', [ref.botId])
      if (bots.length === 0)
        throw new ControlPlaneError('not-found', `There is no bot ${ref.botId}. Register it first.`)
      const made = await tx.query(
        `insert into claw.bot_control (bot_id, account_type, status, lot_size, reason, updated_by, quote_filter)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning bot_id`,
        [
          ref.botId,
          ref.accountType,
          first.status,
          first.lotSize ?? null,
          checkReason(first.reason),
          first.updatedBy,
          first.quoteFilter ?? true,
        ],
      )
      if (made.length > 0) {
        await tx.query(
          `insert into claw.bot_instances (bot_id, account_type, desired_status, generation) values ($1, $2, $3, 1)`,
          [ref.botId, ref.accountType, first.status],
        )
        await notifyChange(tx, { type: 'control', botId: ref.botId, accountType: ref.accountType })
      }
      const [row] = await tx.query<Control>(SELECT, [ref.botId, ref.accountType])
      return row as Control
    })
  },

  /**
   * Changes desire in both tables, in one transaction, and tells the hub after its commit.
   * @throws {@link ControlPlaneError} `not-found`, `conflict`, `invalid-payload` without a reason
   */
  set(db: Queryable, ref: InstanceRef, change: ControlChange): Promise<Control> {
    return db.transaction(async tx => {
      const reason = checkReason(change.reason)
      const [now] = await tx.query<Control>(`${SELECT} for update of c, i`, [ref.botId, ref.accountType])
      if (now === undefined)
        throw new ControlPlaneError(
          'not-found',
          `There is no instance ${ref.botId}/${ref.accountType}. List the bots to see what there is.`,
        )
      if (change.ifGeneration !== undefined && change.ifGeneration !== now.generation)
        throw new ControlPlaneError(
          'conflict',
          `${ref.botId}/${ref.accountType} is at generation ${now.generation}, not ${change.ifGeneration}: ${now.updatedBy} set it to ${now.status}. Read it again, then repeat the change.`,
        )
      const lotSize = change.lotSize === undefined ? now.lotSize : change.lotSize
      const quoteFilter = change.quoteFilter ?? now.quoteFilter
      await tx.query(
        `update claw.bot_control set status = $3, lot_size = $4, reason = $5, updated_by = $6, quote_filter = $7,
           updated_at = clock_timestamp(), generation = generation + 1 where bot_id = $1 and account_type = $2`,
        [ref.botId, ref.accountType, change.status, lotSize, reason, change.updatedBy, quoteFilter],
      )
      await tx.query(
        `update claw.bot_instances set desired_status = $3, generation = generation + 1
         where bot_id = $1 and account_type = $2`,
        [ref.botId, ref.accountType, change.status],
      )
      await notifyChange(tx, { type: 'control', botId: ref.botId, accountType: ref.accountType })
      const [row] = await tx.query<Control>(SELECT, [ref.botId, ref.accountType])
      return row as Control
    })
  },

  /** Null when there is no such instance. */
  async get(db: Queryable, ref: InstanceRef): Promise<Control | null> {
    return (await db.query<Control>(SELECT, [ref.botId, ref.accountType]))[0] ?? null
  },
}

/** The answer of `GET /control/{botId}`: entries are allowed only while the desire is `running`. */
export function toControlResponse(control: Control): ControlResponse {
  return { ...control, entriesAllowed: control.status === 'running' }
}
