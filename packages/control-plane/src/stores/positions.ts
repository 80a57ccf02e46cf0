import type { InstanceRef, PositionRecord, PositionsRequest } from '../client/contracts.ts'
import { notifyChange } from '../database/notify.ts'
import type { Queryable } from '../database/queryable.ts'
import { instant } from '../database/type-parsers.ts'
import { ControlPlaneError } from '../errors.ts'

/** A position as its bot last confirmed it. */
export interface StoredPosition extends PositionRecord {
  /** Where it is. */
  readonly environmentId: number
  /** Wall time of the bot's view. */
  readonly confirmedAt: number
}

const COLUMNS = `p.position_id as "positionId", p.symbol, p.side, p.volume, p.entry_price as "entryPrice",
  p.opened_at as "openedAt", p.stop_loss as "stopLoss", p.take_profit as "takeProfit",
  p.confirmed_at as "confirmedAt", p.environment_id as "environmentId"`

async function currentEnvironment(tx: Queryable, request: PositionsRequest): Promise<number> {
  const [row] = await tx.query<{ sessionId: string | null; environmentId: number | null }>(
    `select i.session_id as "sessionId", s.environment_id as "environmentId" from claw.bot_instances i
     left join claw.run_sessions s using (session_id)
     where i.bot_id = $1 and i.account_type = $2 for update of i`,
    [request.botId, request.accountType],
  )
  if (row === undefined)
    throw new ControlPlaneError(
      'not-found',
      `There is no instance ${request.botId}/${request.accountType}. List the bots to see what there is.`,
    )
  if (row.sessionId !== request.sessionId || row.environmentId === null)
    throw new ControlPlaneError(
      'fenced',
      `The session ${request.sessionId} is not the newest of ${request.botId}/${request.accountType}, ${row.sessionId ?? 'none'} is. A newer process owns the instance: stop.`,
    )
  return row.environmentId
}

/** Open positions. Those on an account that the instance has left stay stored: nobody has said that they are closed. */
export const positionStore = {
  /**
   * Makes the stored list of an instance equal to the bot's complete view; what it leaves out is gone.
   * @throws {@link ControlPlaneError} `fenced` for a session that is not the newest, `not-found`
   */
  replace(db: Queryable, request: PositionsRequest): Promise<readonly StoredPosition[]> {
    return db.transaction(async tx => {
      const environmentId = await currentEnvironment(tx, request)
      const { positions } = request
      await tx.query(
        `delete from claw.open_positions where environment_id = $1 and bot_id = $2 and account_type = $3
         and position_id <> all($4::bigint[])`,
        [environmentId, request.botId, request.accountType, positions.map(p => p.positionId)],
      )
      await tx.query(
        `insert into claw.open_positions (environment_id, bot_id, account_type, session_id, confirmed_at,
           position_id, symbol, side, volume, entry_price, opened_at, stop_loss, take_profit)
         select $1, $2, $3, $4, $5, v.* from unnest($6::bigint[], $7::text[], $8::text[], $9::double precision[],
           $10::double precision[], $11::timestamptz[], $12::double precision[], $13::double precision[]) as v
         on conflict (environment_id, position_id) do update set bot_id = excluded.bot_id,
           account_type = excluded.account_type, session_id = excluded.session_id,
           confirmed_at = excluded.confirmed_at, symbol = excluded.symbol, side = excluded.side,
           volume = excluded.volume, entry_price = excluded.entry_price, opened_at = excluded.opened_at,
           stop_loss = excluded.stop_loss, take_profit = excluded.take_profit`,
        [
          environmentId,
          request.botId,
          request.accountType,
          request.sessionId,
          instant(request.confirmedAt),
          positions.map(p => p.positionId),
          positions.map(p => p.symbol),
          positions.map(p => p.side),
          positions.map(p => p.volume),
          positions.map(p => p.entryPrice),
          positions.map(p => instant(p.openedAt)),
          positions.map(p => p.stopLoss),
          positions.map(p => p.takeProfit),
        ],
      )
      await notifyChange(tx, {
        type: 'positions',
        botId: request.botId,
        accountType: request.accountType,
      })
      return this.list(tx, request)
    })
  },

  /** Of the account of the instance's newest session, oldest first. */
  list(db: Queryable, ref: InstanceRef): Promise<readonly StoredPosition[]> {
    return db.query<StoredPosition>(
      `select ${COLUMNS} from claw.bot_instances i join claw.run_sessions s using (session_id)
       join claw.open_positions p on p.environment_id = s.environment_id and p.bot_id = i.bot_id
         and p.account_type = i.account_type
       where i.bot_id = $1 and i.account_type = $2 order by p.opened_at, p.position_id`,
      [ref.botId, ref.accountType],
    )
  },
}
