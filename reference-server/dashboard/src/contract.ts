import type { BotDetail, DashboardData, LaneRow, StreamMessage } from '@openclaw-trading/reference-server'

export type { BotDetail, DashboardData, LaneRow, StreamMessage }

/** Demo or live: the kind of account an instance trades on. */
export type AccountType = LaneRow['accountType']
/** The operator's word. */
export type ControlStatus = LaneRow['desired']
/** An amount in minor units of its currency. */
export type MoneyJson = NonNullable<LaneRow['dayNet']>
/** A closed trade; its times are market time. */
export type TradeRow = BotDetail['trades'][number]
/** An open position as its bot last confirmed it. */
export type PositionRow = BotDetail['positions'][number]
/** A run of the bot's process. */
export type SessionRow = BotDetail['sessions'][number]
/** Something that happened to the process, with a count of repeats. */
export type EventRow = BotDetail['events'][number]
/** The candles of the bot's main feed. */
export type ChartData = NonNullable<BotDetail['chart']>
/** One candle; `openedAt` is market time in milliseconds. */
export type ChartBar = ChartData['bars'][number]
/** Bid and ask at a market time. */
export type QuoteRow = NonNullable<ChartData['quote']>
/** A strategy that has no instance yet. */
export type BacklogRow = DashboardData['lanes']['backlog'][number]
/** A protection that lets no entry through. */
export type Lock = LaneRow['locks'][number]
/** What a person asked to be done to what a bot has kept, and what came of it. */
export type RepairRow = BotDetail['repairs'][number]
/** What is to be done. */
export type RepairWork = RepairRow['work']
/** A sentence for the banner. */
export type Notice = DashboardData['notices'][number]

/** A lane row with the wall time at which this browser received it, so that its age can be told. */
export type Instance = LaneRow & { readonly receivedAt: number }

/** The fleet as this browser holds it. */
export type Fleet = Omit<DashboardData, 'lanes'> & {
  readonly lanes: {
    readonly backlog: readonly BacklogRow[]
    readonly demo: readonly Instance[]
    readonly live: readonly Instance[]
  }
  /** Wall time of this browser when the snapshot came. */
  readonly receivedAt: number
}

/** A bot's page as this browser holds it. */
export type Bot = Omit<BotDetail, 'row'> & { readonly row: Instance }

/** The key of an instance: a bot on an account type. */
export function instanceKey(botId: string, accountType: AccountType): string {
  return `${botId}/${accountType}`
}
