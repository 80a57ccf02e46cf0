import type { AccountType, ActualStatus, ControlStatus, Heartbeat, InstanceRef } from '../client/contracts.ts'
import { notifyChange } from '../database/notify.ts'
import type { Queryable } from '../database/queryable.ts'
import { instant } from '../database/type-parsers.ts'
import { ControlPlaneError } from '../errors.ts'

/** A supervised instance: what should run, what runs, as which process. */
export interface Instance {
  /** Whose. */
  readonly botId: string
  /** On which kind of account. */
  readonly accountType: AccountType
  /** What should be. */
  readonly desired: ControlStatus
  /** Why it should be. */
  readonly desiredReason: string
  /** Bad quotes should be kept from the strategy. */
  readonly quoteFilter: boolean
  /** What is, as the worker knows. */
  readonly actual: ActualStatus
  /** A sentence on `actual`; empty when all is well. */
  readonly statusDetail: string
  /** Of the desire. */
  readonly generation: number
  /** The hub has planned for this one. */
  readonly observedGeneration: number
  /** The worker acted for this one when it last set `actual`. */
  readonly actualGeneration: number
  /** Grows with each start. */
  readonly epoch: number
  /** Worker that owns the process. */
  readonly host: string | null
  /** Of the process. */
  readonly pid: number | null
  /** Boot in which the pid counts. */
  readonly bootId: string | null
  /** See `ProcessProbe.startMark`. */
  readonly startMark: string | null
  /** Wall time. */
  readonly processStartedAt: number | null
  /** Known to worker and process only. */
  readonly nonce: string | null
  /** Newest session. */
  readonly sessionId: string | null
  /** Wall time of its start. */
  readonly sessionStartedAt: number | null
  /** Where it trades. */
  readonly environmentId: number | null
  /** Restarts in the window of the restart policy. */
  readonly restartCount: number
  /** Wall times of the crashes in that window, oldest first. */
  readonly crashTimes: readonly number[]
  /** Not before. */
  readonly nextRetryAt: number | null
  /** The newest one. */
  readonly heartbeat: Heartbeat | null
  /** Wall time of its arrival, by the database's clock. */
  readonly heartbeatAt: number | null
  /** Wall time. */
  readonly actualChangedAt: number
}

/** What tells one process from all others. */
export interface ProcessIdentity {
  /** Worker's name of its machine. */
  readonly host: string
  /** Boot in which the pid counts. */
  readonly bootId: string
  /** Of the process. */
  readonly pid: number
  /** See `ProcessProbe.startMark`. */
  readonly startMark: string
}

/** What a worker learned. */
export interface InstanceReport {
  /** What is. */
  readonly actual: ActualStatus
  /** A sentence for people; default empty. */
  readonly detail?: string
  /** The process that was started; null: there is none any more; absent: as before. */
  readonly process?: ProcessIdentity | null
  /** The restart policy's memory; absent: as before. */
  readonly crashTimes?: readonly number[]
  /** See {@link Instance.restartCount}. */
  readonly restartCount?: number
  /** See {@link Instance.nextRetryAt}; absent: none. */
  readonly nextRetryAt?: number | null
  /** Generation acted for; absent: as before. */
  readonly generation?: number
}

interface RawInstance extends Omit<Instance, 'crashTimes'> {
  readonly crashTimes: readonly number[] | null
}

const SELECT = `select i.bot_id as "botId", i.account_type as "accountType", i.desired_status as "desired",
  c.reason as "desiredReason", c.quote_filter as "quoteFilter", i.actual_status as "actual", i.status_detail as "statusDetail", i.generation,
  i.observed_generation as "observedGeneration", i.actual_generation as "actualGeneration", i.epoch, i.host, i.pid,
  i.boot_id as "bootId", i.process_start_mark as "startMark", i.process_started_at as "processStartedAt", i.nonce,
  i.session_id as "sessionId", s.started_at as "sessionStartedAt", s.environment_id as "environmentId",
  i.restart_count as "restartCount", i.next_retry_at as "nextRetryAt", i.heartbeat, i.heartbeat_at as "heartbeatAt",
  i.actual_changed_at as "actualChangedAt",
  array(select (extract(epoch from t) * 1000)::double precision from unnest(i.crash_times) t order by t) as "crashTimes"
  from claw.bot_instances i join claw.bot_control c using (bot_id, account_type)
  left join claw.run_sessions s on s.session_id = i.session_id`

function toInstance(row: RawInstance): Instance {
  return { ...row, crashTimes: (row.crashTimes ?? []).map(Math.round) }
}

function notFound(ref: InstanceRef): ControlPlaneError {
  return new ControlPlaneError(
    'not-found',
    `There is no instance ${ref.botId}/${ref.accountType}. List the bots to see what there is.`,
  )
}

/** Instances: their processes, heartbeats and what the hub has seen. Desire is written by `controlStore` only. */
export const instanceStore = {
  /** Null when there is none. */
  async get(db: Queryable, ref: InstanceRef): Promise<Instance | null> {
    const rows = await db.query<RawInstance>(`${SELECT} where i.bot_id = $1 and i.account_type = $2`, [
      ref.botId,
      ref.accountType,
    ])
    return rows[0] === undefined ? null : toInstance(rows[0])
  },

  /** By bot and account type; with `host`, those that are its or nobody's. */
  async list(db: Queryable, filter: { readonly host?: string } = {}): Promise<readonly Instance[]> {
    const rows = await db.query<RawInstance>(
      `${SELECT} where $1::text is null or i.host is null or i.host = $1 order by i.bot_id, i.account_type`,
      [filter.host ?? null],
    )
    return rows.map(toInstance)
  },

  /** Notes that the hub has planned for these generations; only raises them. */
  async markObserved(
    db: Queryable,
    seen: readonly (InstanceRef & { readonly generation: number })[],
  ): Promise<void> {
    if (seen.length === 0) return
    await db.query(
      `update claw.bot_instances i set observed_generation = v.generation
       from unnest($1::text[], $2::text[], $3::bigint[]) as v (bot_id, account_type, generation)
       where i.bot_id = v.bot_id and i.account_type = v.account_type and i.observed_generation < v.generation`,
      [seen.map(s => s.botId), seen.map(s => s.accountType), seen.map(s => s.generation)],
    )
  },

  /**
   * Takes the right to start a process: raises the epoch, if nobody has since the caller looked. Null when somebody has,
   * when it should not run, or when it runs.
   */
  async claimStart(
    db: Queryable,
    ref: InstanceRef,
    claim: { readonly host: string; readonly epoch: number; readonly nonce: string },
  ): Promise<Instance | null> {
    return db.transaction(async tx => {
      const claimed = await tx.query(
        `update claw.bot_instances set epoch = epoch + 1, host = $3, nonce = $5, actual_status = 'starting',
           actual_generation = generation, actual_changed_at = clock_timestamp(), status_detail = '',
           crash_times = case when actual_generation < generation then '{}' else crash_times end,
           restart_count = case when actual_generation < generation then 0 else restart_count end,
           pid = null, boot_id = null, process_start_mark = null, process_started_at = null,
           next_retry_at = null, heartbeat = null, heartbeat_at = null
         where bot_id = $1 and account_type = $2 and epoch = $4 and desired_status in ('running', 'paused')
           and actual_status in ('stopped', 'crashed', 'failed') and (host is null or host = $3)
         returning bot_id`,
        [ref.botId, ref.accountType, claim.host, claim.epoch, claim.nonce],
      )
      if (claimed.length === 0) return null
      await notifyChange(tx, { type: 'instance', botId: ref.botId, accountType: ref.accountType })
      return this.get(tx, ref)
    })
  },

  /** Writes what a worker learned of the process of an epoch. @throws {@link ControlPlaneError} `fenced` when a newer one exists */
  async report(db: Queryable, ref: InstanceRef, epoch: number, report: InstanceReport): Promise<void> {
    const { process: identity } = report
    await db.transaction(async tx => {
      const rows = await tx.query(
        `update claw.bot_instances set actual_status = $4, status_detail = $5,
           actual_changed_at = case when actual_status = $4 then actual_changed_at else clock_timestamp() end,
           pid = case when $6 then $7::integer else pid end, boot_id = case when $6 then $8 else boot_id end,
           process_start_mark = case when $6 then $9 else process_start_mark end,
           process_started_at = case when not $6 then process_started_at when $7 is null then null else clock_timestamp() end,
           crash_times = coalesce($10::timestamptz[], crash_times), restart_count = coalesce($11, restart_count),
           next_retry_at = $12, actual_generation = greatest(actual_generation, coalesce($13, actual_generation))
         where bot_id = $1 and account_type = $2 and epoch = $3 returning bot_id`,
        [
          ref.botId,
          ref.accountType,
          epoch,
          report.actual,
          report.detail ?? '',
          identity !== undefined,
          identity?.pid ?? null,
          identity?.bootId ?? null,
          identity?.startMark ?? null,
          report.crashTimes?.map(at => instant(at)) ?? null,
          report.restartCount ?? null,
          instant(report.nextRetryAt ?? null),
          report.generation ?? null,
        ],
      )
      if (rows.length === 0) await this.refuse(tx, ref, epoch)
      await notifyChange(tx, { type: 'instance', botId: ref.botId, accountType: ref.accountType })
    })
  },

  /** Keeps the newest heartbeat. @throws {@link ControlPlaneError} `fenced` for an older epoch, `not-found` */
  async heartbeat(db: Queryable, heartbeat: Heartbeat): Promise<void> {
    const rows = await db.query(
      `update claw.bot_instances set heartbeat = $4, heartbeat_at = clock_timestamp()
       where bot_id = $1 and account_type = $2 and epoch = $3 returning bot_id`,
      [heartbeat.botId, heartbeat.accountType, heartbeat.epoch, JSON.stringify(heartbeat)],
    )
    if (rows.length === 0) await this.refuse(db, heartbeat, heartbeat.epoch)
  },

  /** Says why a write of an epoch found no row. @throws {@link ControlPlaneError} always: `fenced` or `not-found` */
  async refuse(db: Queryable, ref: InstanceRef, epoch: number): Promise<never> {
    const instance = await this.get(db, ref)
    if (instance === null) throw notFound(ref)
    throw new ControlPlaneError(
      'fenced',
      `Epoch ${epoch} of ${ref.botId}/${ref.accountType} is not the newest, ${instance.epoch} is. A newer process owns the instance: stop.`,
      { details: { epoch, newest: instance.epoch } },
    )
  },
}
