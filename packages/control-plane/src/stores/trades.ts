import type { AccountType, ExitReason, MoneyJson, TradeRecord, TradeRow } from '../client/contracts.ts'
import { notifyChange } from '../database/notify.ts'
import type { Queryable } from '../database/queryable.ts'
import { ControlPlaneError } from '../errors.ts'
import { instant } from '../database/type-parsers.ts'

/** Trades in one call at most. */
export const MAX_TRADE_BATCH = 500

/** Which trades to list. */
export interface TradeFilter {
  /** Of one bot. */
  readonly botId?: string | undefined
  /** Of one kind of account. */
  readonly accountType?: AccountType | undefined
  /** Of one account. */
  readonly environmentId?: number | undefined
  /** Of one run. */
  readonly sessionId?: string | undefined
  /** Those after this one in the order asked for: the last row of the page before. */
  readonly after?: { readonly closedAt: number; readonly dealId: number } | undefined
  /** By market time of the close. Default `newest` first. */
  readonly order?: 'newest' | 'oldest' | undefined
  /** 1 to 5000. Default 100. */
  readonly limit?: number | undefined
}

/** What the trades of an instance add up to on the account of its newest session. */
export interface TradeTotals {
  /** Whose. */
  readonly botId: string
  /** On which kind of account. */
  readonly accountType: AccountType
  /** Closing deals. */
  readonly tradeCount: number
  /** Of all; null when there are none. */
  readonly netTotal: MoneyJson | null
  /** Of those closed in the day; null when there are none at all. */
  readonly dayNet: MoneyJson | null
}

interface RawTrade {
  readonly environmentId: number
  readonly dealId: number
  readonly positionId: number
  readonly sessionId: string
  readonly botId: string
  readonly accountType: AccountType
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly volume: number
  readonly entryPrice: number
  readonly exitPrice: number
  readonly stopLoss: number | null
  readonly takeProfit: number | null
  readonly openedAt: number
  readonly closedAt: number
  readonly exitReason: ExitReason
  readonly currency: string
  readonly digits: number
  readonly gross: number
  readonly commission: number
  readonly swap: number
  readonly conversionFee: number
  readonly net: number
  readonly balance: number
  readonly paramsVersion: number
  readonly recordedAt: number
}

const COLUMNS = `t.environment_id as "environmentId", t.deal_id as "dealId", t.position_id as "positionId",
  t.session_id as "sessionId", t.bot_id as "botId", t.account_type as "accountType", t.symbol, t.side, t.volume,
  t.entry_price as "entryPrice", t.exit_price as "exitPrice", t.stop_loss as "stopLoss",
  t.take_profit as "takeProfit", t.opened_at as "openedAt", t.closed_at as "closedAt",
  t.exit_reason as "exitReason", t.currency, t.money_digits as digits, t.gross_minor as gross,
  t.commission_minor as commission, t.swap_minor as swap, t.conversion_fee_minor as "conversionFee",
  t.net_minor as net, t.balance_minor as balance, t.params_version as "paramsVersion",
  t.recorded_at as "recordedAt"`

function toRow(raw: RawTrade): TradeRow {
  const { currency, digits, ...rest } = raw
  const money = (minor: number): MoneyJson => ({ minor, digits, currency })
  return {
    ...rest,
    gross: money(raw.gross),
    commission: money(raw.commission),
    swap: money(raw.swap),
    conversionFee: money(raw.conversionFee),
    net: money(raw.net),
    balance: money(raw.balance),
  }
}

function checkMoney(trade: TradeRecord): void {
  const { digits, currency } = trade.net
  for (const name of ['gross', 'commission', 'swap', 'conversionFee', 'balance'] as const)
    if (trade[name].digits !== digits || trade[name].currency !== currency)
      throw new ControlPlaneError(
        'invalid-payload',
        `Deal ${trade.dealId} has its net in ${currency} with ${digits} digits but its ${name} in ${trade[name].currency} with ${trade[name].digits}. All amounts of a trade are in the account's currency.`,
      )
}

// One array per column: a batch of any size is one statement.
const FIELDS: readonly (readonly [type: string, value: (trade: TradeRecord) => unknown])[] = [
  ['bigint', t => t.dealId],
  ['bigint', t => t.positionId],
  ['text', t => t.sessionId],
  ['text', t => t.symbol],
  ['text', t => t.side],
  ['double precision', t => t.volume],
  ['double precision', t => t.entryPrice],
  ['double precision', t => t.exitPrice],
  ['double precision', t => t.stopLoss],
  ['double precision', t => t.takeProfit],
  ['timestamptz', t => instant(t.openedAt)],
  ['timestamptz', t => instant(t.closedAt)],
  ['text', t => t.exitReason],
  ['text', t => t.net.currency],
  ['smallint', t => t.net.digits],
  ['bigint', t => t.gross.minor],
  ['bigint', t => t.commission.minor],
  ['bigint', t => t.swap.minor],
  ['bigint', t => t.conversionFee.minor],
  ['bigint', t => t.net.minor],
  ['bigint', t => t.balance.minor],
  ['integer', t => t.paramsVersion],
]
const FIELD_NAMES = `deal_id, position_id, session_id, symbol, side, volume, entry_price, exit_price, stop_loss,
  take_profit, opened_at, closed_at, exit_reason, currency, money_digits, gross_minor, commission_minor, swap_minor,
  conversion_fee_minor, net_minor, balance_minor, params_version`

const INSERT = `insert into claw.trades (environment_id, bot_id, account_type, ${FIELD_NAMES})
  select s.environment_id, s.bot_id, s.account_type, v.*
  from unnest(${FIELDS.map(([type], index) => `$${index + 1}::${type}[]`).join(', ')}) as v (${FIELD_NAMES})
  join claw.run_sessions s on s.session_id = v.session_id
  on conflict (environment_id, deal_id) do nothing
  returning bot_id as "botId", account_type as "accountType"`

async function checkSessions(tx: Queryable, trades: readonly TradeRecord[]): Promise<void> {
  const ids = [...new Set(trades.map(trade => trade.sessionId))]
  const known = await tx.query<{ sessionId: string; botId: string; accountType: AccountType }>(
    `select session_id as "sessionId", bot_id as "botId", account_type as "accountType"
     from claw.run_sessions where session_id = any($1)`,
    [ids],
  )
  for (const trade of trades) {
    const session = known.find(s => s.sessionId === trade.sessionId)
    if (session === undefined)
      throw new ControlPlaneError(
        'not-found',
        `Deal ${trade.dealId} names the session ${trade.sessionId}, which does not exist. Start the session first.`,
      )
    if (session.botId !== trade.botId || session.accountType !== trade.accountType)
      throw new ControlPlaneError(
        'invalid-payload',
        `Deal ${trade.dealId} is said to be of ${trade.botId}/${trade.accountType}, but its session ${trade.sessionId} is of ${session.botId}/${session.accountType}. Send the trades of one instance with its own session.`,
      )
  }
}

/** Closing deals, each at most once. */
export const tradeStore = {
  /**
   * Adds trades; a deal that is known already keeps its stored row. Gives the stored rows in the order of the input.
   * A trade is a fact, so the session's epoch does not matter.
   * @throws {@link ControlPlaneError} `not-found` for an unknown session, `invalid-payload`
   */
  record(
    db: Queryable,
    trades: readonly TradeRecord[],
  ): Promise<{ readonly rows: readonly TradeRow[]; readonly inserted: number }> {
    if (trades.length === 0) return Promise.resolve({ rows: [], inserted: 0 })
    if (trades.length > MAX_TRADE_BATCH)
      return Promise.reject(
        new ControlPlaneError(
          'invalid-payload',
          `A batch holds ${trades.length} trades, at most ${MAX_TRADE_BATCH} are taken. Split it.`,
        ),
      )
    return db.transaction(async tx => {
      trades.forEach(checkMoney)
      await checkSessions(tx, trades)
      const columns = FIELDS.map(([, value]) => trades.map(value))
      const inserted = await tx.query<{ botId: string; accountType: AccountType }>(INSERT, columns)
      const told = new Map(inserted.map(row => [`${row.botId}/${row.accountType}`, row]))
      for (const ref of told.values()) await notifyChange(tx, { type: 'trades', ...ref })
      const stored = await tx.query<RawTrade>(
        `select ${COLUMNS} from unnest($1::text[], $2::bigint[]) with ordinality as v (session_id, deal_id, at)
         join claw.run_sessions s on s.session_id = v.session_id
         join claw.trades t on t.environment_id = s.environment_id and t.deal_id = v.deal_id order by v.at`,
        [trades.map(trade => trade.sessionId), trades.map(trade => trade.dealId)],
      )
      return { rows: stored.map(toRow), inserted: inserted.length }
    })
  },

  /** One page, ordered by market time of the close, then deal id. */
  async list(db: Queryable, filter: TradeFilter = {}): Promise<readonly TradeRow[]> {
    const [compare, direction] = filter.order === 'oldest' ? ['>', 'asc'] : ['<', 'desc']
    const rows = await db.query<RawTrade>(
      `select ${COLUMNS} from claw.trades t
       where ($1::text is null or t.bot_id = $1) and ($2::text is null or t.account_type = $2)
         and ($3::bigint is null or t.environment_id = $3) and ($4::text is null or t.session_id = $4)
         and ($5::timestamptz is null or (t.closed_at, t.deal_id) ${compare} ($5, $6::bigint))
       order by t.closed_at ${direction}, t.deal_id ${direction} limit least(greatest($7::integer, 1), 5000)`,
      [
        filter.botId ?? null,
        filter.accountType ?? null,
        filter.environmentId ?? null,
        filter.sessionId ?? null,
        instant(filter.after?.closedAt ?? null),
        filter.after?.dealId ?? null,
        filter.limit ?? 100,
      ],
    )
    return rows.map(toRow)
  },

  /**
   * Totals per instance with a session, on the account of its newest one. The day begins at `dayStartAt` (market time);
   * by default it is the UTC day of the newest event that its bot has seen, else of its newest trade.
   */
  async totals(
    db: Queryable,
    options: { readonly dayStartAt?: number } = {},
  ): Promise<readonly TradeTotals[]> {
    const rows = await db.query<{
      botId: string
      accountType: AccountType
      tradeCount: number
      net: number
      dayNet: number
      digits: number | null
      currency: string | null
    }>(
      `select i.bot_id as "botId", i.account_type as "accountType", count(t.deal_id) as "tradeCount",
         coalesce(sum(t.net_minor), 0)::bigint as net, max(t.money_digits) as digits, max(t.currency) as currency,
         coalesce(sum(t.net_minor) filter (where t.closed_at >= d.start and t.closed_at < d.start + interval '1 day'), 0)::bigint as "dayNet"
       from claw.bot_instances i
       join claw.run_sessions s on s.session_id = i.session_id
       cross join lateral (select coalesce($1::timestamptz, date_trunc('day', greatest(
         to_timestamp((i.heartbeat ->> 'marketAt')::double precision / 1000),
         (select max(closed_at) from claw.trades x where x.environment_id = s.environment_id
           and x.bot_id = i.bot_id and x.account_type = i.account_type)), 'UTC')) as start) d
       left join claw.trades t on t.environment_id = s.environment_id and t.bot_id = i.bot_id
         and t.account_type = i.account_type
       group by i.bot_id, i.account_type order by i.bot_id, i.account_type`,
      [instant(options.dayStartAt ?? null)],
    )
    return rows.map(row => {
      const money = (minor: number): MoneyJson | null =>
        row.digits === null || row.currency === null
          ? null
          : { minor, digits: row.digits, currency: row.currency }
      return {
        botId: row.botId,
        accountType: row.accountType,
        tradeCount: row.tradeCount,
        netTotal: money(row.net),
        dayNet: money(row.dayNet),
      }
    })
  },
}
