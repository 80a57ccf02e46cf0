import type { AccountType, SessionStartRequest } from '../client/contracts.ts'
import type { Queryable } from '../database/queryable.ts'

/** A broker account. */
export interface Environment {
  /** Ours. */
  readonly environmentId: number
  /** Demo or live. */
  readonly accountType: AccountType
  /** `simulated:<venue id>`, `replay:<run id>` or the broker host. */
  readonly name: string
  /** The broker's number of the account. */
  readonly ctidTraderAccountId: number
  /** As the broker names itself. */
  readonly broker: string
  /** Of deposit. */
  readonly currency: string
  /** 100 means 1:100. */
  readonly leverage: number
  /** How positions of one symbol add up. */
  readonly positionMode: SessionStartRequest['environment']['positionMode']
}

const COLUMNS = `environment_id as "environmentId", account_type as "accountType", name,
  ctid_trader_account_id as "ctidTraderAccountId", broker, currency, leverage, position_mode as "positionMode"`

/** Accounts, as the broker describes them. */
export const environmentStore = {
  /** Finds the account by name and number, or adds it; what the broker says now replaces what it said before. */
  async ensure(db: Queryable, environment: Omit<Environment, 'environmentId'>): Promise<Environment> {
    const [row] = await db.query<Environment>(
      `insert into claw.environments as e
         (account_type, name, ctid_trader_account_id, broker, currency, leverage, position_mode)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (name, ctid_trader_account_id) do update set
         account_type = excluded.account_type, broker = excluded.broker, currency = excluded.currency,
         leverage = excluded.leverage, position_mode = excluded.position_mode, last_seen_at = now()
       returning ${COLUMNS}`,
      [
        environment.accountType,
        environment.name,
        environment.ctidTraderAccountId,
        environment.broker,
        environment.currency,
        environment.leverage,
        environment.positionMode,
      ],
    )
    return row as Environment
  },

  /** Null when there is none. */
  async get(db: Queryable, environmentId: number): Promise<Environment | null> {
    const rows = await db.query<Environment>(
      `select ${COLUMNS} from claw.environments where environment_id = $1`,
      [environmentId],
    )
    return rows[0] ?? null
  },

  /** Newest first. */
  list(db: Queryable): Promise<readonly Environment[]> {
    return db.query<Environment>(`select ${COLUMNS} from claw.environments order by environment_id desc`)
  },
}
