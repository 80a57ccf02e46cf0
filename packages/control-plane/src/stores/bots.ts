import type { Queryable } from '../database/queryable.ts'

/** What a registry says of a strategy. */
export interface BotRegistration {
  /** E.g. `S03`. */
  readonly botId: string
  /** For people. */
  readonly name: string
  /** Key in the registry; never a path. */
  readonly module: string
  /** One sentence. */
  readonly description: string
  /** Broker names of the symbols it trades. */
  readonly symbols: readonly string[]
  /** Of its feeds. */
  readonly timeframes: readonly string[]
  /** JSON Schema of its parameters. */
  readonly paramsSchema: Readonly<Record<string, unknown>>
  /** Why it should earn. */
  readonly hypothesis: string
}

/** A registered strategy. */
export interface Bot extends BotRegistration {
  /** Wall time. */
  readonly registeredAt: number
  /** Wall time of the last change. */
  readonly updatedAt: number
}

const COLUMNS = `bot_id as "botId", name, module, description, symbols, timeframes, params_schema as "paramsSchema",
  hypothesis, registered_at as "registeredAt", updated_at as "updatedAt"`

/** Strategies. */
export const botStore = {
  /** Adds the strategy, or brings its description up to date. */
  async register(db: Queryable, bot: BotRegistration): Promise<Bot> {
    const [row] = await db.query<Bot>(
      `insert into claw.bots (bot_id, name, module, description, symbols, timeframes, params_schema, hypothesis)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (bot_id) do update set name = excluded.name, module = excluded.module,
         description = excluded.description, symbols = excluded.symbols, timeframes = excluded.timeframes,
         params_schema = excluded.params_schema, hypothesis = excluded.hypothesis, updated_at = now()
       returning ${COLUMNS}`,
      [
        bot.botId,
        bot.name,
        bot.module,
        bot.description,
        bot.symbols,
        bot.timeframes,
        JSON.stringify(bot.paramsSchema),
        bot.hypothesis,
      ],
    )
    return row as Bot
  },

  /** Null when there is none. */
  async get(db: Queryable, botId: string): Promise<Bot | null> {
    const rows = await db.query<Bot>(`select ${COLUMNS} from claw.bots where bot_id = $1`, [botId])
    return rows[0] ?? null
  },

  /** By id. */
  list(db: Queryable): Promise<readonly Bot[]> {
    return db.query<Bot>(`select ${COLUMNS} from claw.bots order by bot_id`)
  },
}
