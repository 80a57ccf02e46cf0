import type { AccountType, InstanceRef } from '../client/contracts.ts'
import { notifyChange } from '../database/notify.ts'
import type { Queryable } from '../database/queryable.ts'
import { ControlPlaneError } from '../errors.ts'

/** One version of an instance's parameters. */
export interface ParamsVersion {
  /** Whose. */
  readonly botId: string
  /** On which kind of account. */
  readonly accountType: AccountType
  /** Counts from 1. */
  readonly version: number
  /** Opaque here; the server validates them against the strategy's schema. */
  readonly params: Readonly<Record<string, unknown>>
  /** Who wrote it. */
  readonly author: string
  /** Why. */
  readonly reason: string
  /** Wall time. */
  readonly createdAt: number
}

/** A new version. */
export interface ParamsWrite {
  /** All values that differ from the strategy's defaults. */
  readonly params: Readonly<Record<string, unknown>>
  /** Who writes. */
  readonly author: string
  /** Why, 1 to 500 characters. */
  readonly reason: string
  /** Refuses with `conflict` unless this is the newest version now; 0 means none yet. */
  readonly ifVersion?: number
}

const COLUMNS = `bot_id as "botId", account_type as "accountType", version, params, author, reason,
  created_at as "createdAt"`

/** Versions of parameters; the newest is in force. */
export const paramsStore = {
  /** Adds a version. @throws {@link ControlPlaneError} `not-found` for an unknown bot, `conflict` */
  write(db: Queryable, ref: InstanceRef, write: ParamsWrite): Promise<ParamsVersion> {
    return db.transaction(async tx => {
      // The bot's row serialises writers, so versions have no holes and no two are equal.
      const bots = await tx.query('select from claw.bots where bot_id = $1 for update', [ref.botId])
      if (bots.length === 0)
        throw new ControlPlaneError('not-found', `There is no bot ${ref.botId}. Register it first.`)
      const current = (await this.current(tx, ref))?.version ?? 0
      if (write.ifVersion !== undefined && write.ifVersion !== current)
        throw new ControlPlaneError(
          'conflict',
          `The parameters of ${ref.botId}/${ref.accountType} are at version ${current}, not ${write.ifVersion}. Read them again, then repeat the change.`,
        )
      const [row] = await tx.query<ParamsVersion>(
        `insert into claw.bot_params (bot_id, account_type, version, params, author, reason)
         values ($1, $2, $3, $4, $5, $6) returning ${COLUMNS}`,
        [ref.botId, ref.accountType, current + 1, JSON.stringify(write.params), write.author, write.reason],
      )
      await notifyChange(tx, { type: 'params', botId: ref.botId, accountType: ref.accountType })
      return row as ParamsVersion
    })
  },

  /** The version in force; null when none was written. */
  async current(db: Queryable, ref: InstanceRef): Promise<ParamsVersion | null> {
    return (await this.history(db, ref, { limit: 1 }))[0] ?? null
  },

  /** Newest first; `limit` 1 to 1000, default 100. */
  history(
    db: Queryable,
    ref: InstanceRef,
    options: { readonly limit?: number } = {},
  ): Promise<readonly ParamsVersion[]> {
    return db.query<ParamsVersion>(
      `select ${COLUMNS} from claw.bot_params where bot_id = $1 and account_type = $2
       order by version desc limit least(greatest($3::integer, 1), 1000)`,
      [ref.botId, ref.accountType, options.limit ?? 100],
    )
  },
}
