import { createHash } from 'node:crypto'
import type { AccountType, InstanceRef } from '../client/contracts.ts'
import { notifyChange } from '../database/notify.ts'
import type { Queryable } from '../database/queryable.ts'

/** Something that happened. */
export interface ProcessEvent {
  /** Grows. */
  readonly id: number
  /** Wall time of the newest repeat. */
  readonly at: number
  /** Wall time of the first. */
  readonly firstAt: number
  /** Kebab-case, past tense, e.g. `bot-crashed`. */
  readonly type: string
  /** For people. */
  readonly message: string
  /** Repeats within an hour, 1 or more. */
  readonly count: number
  /** Whose; null when it belongs to no bot. */
  readonly botId: string | null
  /** On which kind of account. */
  readonly accountType: AccountType | null
  /** Of the desire then. */
  readonly generation: number | null
  /** In which run. */
  readonly sessionId: string | null
  /** Values. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** A new event. */
export interface EventRecord {
  /** Kebab-case, past tense. */
  readonly type: string
  /** For people; cut at 2000 characters. */
  readonly message: string
  /** Whose. */
  readonly ref?: InstanceRef
  /** Of the desire. */
  readonly generation?: number
  /** In which run. */
  readonly sessionId?: string | null
  /** Values, no secrets. */
  readonly fields?: Readonly<Record<string, unknown>>
}

const COLUMNS = `event_id as id, last_at as at, first_at as "firstAt", type, message, count, bot_id as "botId",
  account_type as "accountType", generation, session_id as "sessionId", fields`

/** Events; an equal one within an hour only raises the count. */
export const eventStore = {
  /** Notes an event. */
  record(db: Queryable, event: EventRecord): Promise<ProcessEvent> {
    const message = event.message.slice(0, 2000)
    const { ref } = event
    const identity = [event.type, message, ref?.botId, ref?.accountType, event.generation]
    const key = createHash('sha256').update(JSON.stringify(identity)).digest('base64url')
    const values = [
      event.type,
      message,
      ref?.botId ?? null,
      ref?.accountType ?? null,
      event.generation ?? null,
      event.sessionId ?? null,
      JSON.stringify(event.fields ?? {}),
      key,
    ]
    return db.transaction(async tx => {
      const [repeat] = await tx.query<ProcessEvent>(
        `update claw.process_events set count = count + 1, last_at = clock_timestamp(), fields = $2,
           session_id = coalesce($3, session_id)
         where event_id = (select event_id from claw.process_events where dedupe_key = $1
           and first_at > now() - interval '1 hour' order by last_at desc limit 1) returning ${COLUMNS}`,
        [key, values[6], values[5]],
      )
      const [row] =
        repeat !== undefined
          ? [repeat]
          : await tx.query<ProcessEvent>(
              `insert into claw.process_events
                 (type, message, bot_id, account_type, generation, session_id, fields, dedupe_key)
               values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${COLUMNS}`,
              values,
            )
      await notifyChange(tx, {
        type: 'event',
        botId: ref?.botId ?? null,
        accountType: ref?.accountType ?? null,
      })
      return row as ProcessEvent
    })
  },

  /** Newest first; `limit` 1 to 1000, default 100. */
  list(
    db: Queryable,
    filter: {
      readonly botId?: string
      readonly accountType?: AccountType
      readonly beforeId?: number
      readonly limit?: number
    } = {},
  ): Promise<readonly ProcessEvent[]> {
    return db.query<ProcessEvent>(
      `select ${COLUMNS} from claw.process_events
       where ($1::text is null or bot_id = $1) and ($2::text is null or account_type = $2)
         and ($3::bigint is null or event_id < $3)
       order by event_id desc limit least(greatest($4::integer, 1), 1000)`,
      [filter.botId ?? null, filter.accountType ?? null, filter.beforeId ?? null, filter.limit ?? 100],
    )
  },

  /** Deletes all but the newest `keep`. Gives how many were deleted. */
  async prune(db: Queryable, keep: number): Promise<number> {
    const [row] = await db.query<{ deleted: number }>(
      `with gone as (delete from claw.process_events where event_id <= (select event_id from claw.process_events
         order by event_id desc offset $1 limit 1) returning 1) select count(*) as deleted from gone`,
      [keep],
    )
    return row?.deleted ?? 0
  },
}
