import { randomBytes } from 'node:crypto'
import type {
  AccountType,
  InstanceRef,
  SessionEndRequest,
  SessionStartRequest,
  SessionStartResponse,
  SessionStatus,
} from '../client/contracts.ts'
import { notifyChange } from '../database/notify.ts'
import type { Queryable } from '../database/queryable.ts'
import { ControlPlaneError } from '../errors.ts'
import { controlStore } from './control.ts'
import { environmentStore } from './environments.ts'
import { instanceStore } from './instances.ts'

/** One run of an instance. */
export interface Session {
  /** At most 20 characters; unique over databases, because orders at the broker carry it. */
  readonly sessionId: string
  /** Whose. */
  readonly botId: string
  /** On which kind of account. */
  readonly accountType: AccountType
  /** Where it traded. */
  readonly environmentId: number
  /** `RUNNING` until it ends. */
  readonly status: SessionStatus
  /** Wall time. */
  readonly startedAt: number
  /** Wall time; null while it runs. */
  readonly endedAt: number | null
  /** Why it ended. */
  readonly reason: string | null
  /** A sentence on that. */
  readonly detail: string | null
  /** Of strategy and engine. */
  readonly codeHash: string
  /** In force at its start. */
  readonly paramsVersion: number
  /** Of its process. */
  readonly epoch: number
  /** Machine of its process. */
  readonly host: string
  /** Of its process. */
  readonly pid: number
}

const COLUMNS = `session_id as "sessionId", bot_id as "botId", account_type as "accountType",
  environment_id as "environmentId", status, started_at as "startedAt", ended_at as "endedAt", reason, detail,
  code_hash as "codeHash", params_version as "paramsVersion", epoch, host, pid`

// Ends after which a new process would only do the same again: the desire becomes `stopped`, a person decides.
const FINAL_REASONS: Readonly<Partial<Record<SessionEndRequest['reason'], string>>> = {
  'data-ended': 'The data has ended',
  'risk-limit': 'A risk limit was reached',
}

function newSessionId(): string {
  // 80 random bits in base 36 are at most 16 characters.
  return BigInt(`0x${randomBytes(10).toString('hex')}`)
    .toString(36)
    .padStart(16, '0')
}

async function closeSession(
  tx: Queryable,
  sessionId: string,
  end: { readonly status: SessionStatus; readonly reason: string; readonly detail: string | null },
): Promise<Session | null> {
  const rows = await tx.query<Session>(
    `update claw.run_sessions set status = $2, reason = $3, detail = $4, ended_at = clock_timestamp()
     where session_id = $1 and status = 'RUNNING' returning ${COLUMNS}`,
    [sessionId, end.status, end.reason, end.detail],
  )
  const session = rows[0] ?? null
  if (session !== null)
    await notifyChange(tx, { type: 'session', botId: session.botId, accountType: session.accountType })
  return session
}

/** Runs of instances; at most one of each is `RUNNING`. */
export const sessionStore = {
  /**
   * Opens a session; one left open by an older process becomes `LOST`. A repeat by the same process gives its session.
   * @throws {@link ControlPlaneError} `fenced` when the epoch is not the instance's newest, `not-found`
   */
  start(db: Queryable, request: SessionStartRequest): Promise<SessionStartResponse> {
    return db.transaction(async tx => {
      const locked = await tx.query<{ epoch: number }>(
        'select epoch from claw.bot_instances where bot_id = $1 and account_type = $2 for update',
        [request.botId, request.accountType],
      )
      if (locked[0]?.epoch !== request.epoch) await instanceStore.refuse(tx, request, request.epoch)
      const environment = await environmentStore.ensure(tx, {
        accountType: request.accountType,
        ...request.environment,
      })
      const { environmentId } = environment
      const open = await tx.query<Session>(
        `select ${COLUMNS} from claw.run_sessions where bot_id = $1 and account_type = $2 and status = 'RUNNING'`,
        [request.botId, request.accountType],
      )
      const same = open.find(s => s.epoch === request.epoch && s.pid === request.pid)
      if (same !== undefined && same.environmentId === environmentId)
        return { sessionId: same.sessionId, environmentId }
      for (const left of open)
        await closeSession(tx, left.sessionId, { status: 'LOST', reason: 'replaced', detail: null })
      const sessionId = newSessionId()
      await tx.query(
        `insert into claw.run_sessions
           (session_id, bot_id, account_type, environment_id, status, code_hash, params_version, epoch, host, pid)
         values ($1, $2, $3, $4, 'RUNNING', $5, $6, $7, $8, $9)`,
        [
          sessionId,
          request.botId,
          request.accountType,
          environmentId,
          request.codeHash,
          request.paramsVersion,
          request.epoch,
          request.host,
          request.pid,
        ],
      )
      await tx.query(
        'update claw.bot_instances set session_id = $3 where bot_id = $1 and account_type = $2',
        [request.botId, request.accountType, sessionId],
      )
      await notifyChange(tx, { type: 'session', botId: request.botId, accountType: request.accountType })
      return { sessionId, environmentId }
    })
  },

  /**
   * Ends a session; one that has ended stays as it is. `data-ended` and `risk-limit` also set the desire to stopped,
   * unless a newer process owns the instance: a restart would only do the same again.
   * @throws {@link ControlPlaneError} `not-found`
   */
  end(db: Queryable, request: SessionEndRequest): Promise<Session> {
    return db.transaction(async tx => {
      const closed = await closeSession(tx, request.sessionId, {
        status: request.status,
        reason: request.reason,
        detail: request.detail ?? null,
      })
      if (closed === null) {
        const found = await this.get(tx, request.sessionId)
        if (found !== null) return found
        throw new ControlPlaneError(
          'not-found',
          `There is no session ${request.sessionId}. Start one with POST /session/start.`,
        )
      }
      const final = FINAL_REASONS[request.reason]
      const control = final === undefined ? null : await controlStore.get(tx, closed)
      if (final !== undefined && control?.epoch === closed.epoch && control.status !== 'stopped')
        await controlStore.set(tx, closed, {
          status: 'stopped',
          reason: `${final}${request.detail === undefined ? '' : `: ${request.detail}`}`.slice(0, 500),
          updatedBy: 'bot',
        })
      return closed
    })
  },

  /** Null when there is none. */
  async get(db: Queryable, sessionId: string): Promise<Session | null> {
    const rows = await db.query<Session>(`select ${COLUMNS} from claw.run_sessions where session_id = $1`, [
      sessionId,
    ])
    return rows[0] ?? null
  },

  /** Newest first; `limit` 1 to 1000, default 100. */
  list(
    db: Queryable,
    filter: Partial<InstanceRef> = {},
    options: { readonly limit?: number } = {},
  ): Promise<readonly Session[]> {
    return db.query<Session>(
      `select ${COLUMNS} from claw.run_sessions
       where ($1::text is null or bot_id = $1) and ($2::text is null or account_type = $2)
       order by started_at desc, session_id limit least(greatest($3::integer, 1), 1000)`,
      [filter.botId ?? null, filter.accountType ?? null, options.limit ?? 100],
    )
  },

  /**
   * Ends what sessions of epochs up to one are still open, because their process is gone. Gives how many there were.
   */
  closeOpen(
    db: Queryable,
    ref: InstanceRef,
    end: {
      readonly status: Exclude<SessionStatus, 'RUNNING'>
      readonly reason: string
      readonly detail: string | null
      readonly upToEpoch: number
    },
  ): Promise<number> {
    return db.transaction(async tx => {
      const open = await tx.query<{ sessionId: string }>(
        `select session_id as "sessionId" from claw.run_sessions
         where bot_id = $1 and account_type = $2 and status = 'RUNNING' and epoch <= $3 for update`,
        [ref.botId, ref.accountType, end.upToEpoch],
      )
      for (const { sessionId } of open) await closeSession(tx, sessionId, end)
      return open.length
    })
  },
}
