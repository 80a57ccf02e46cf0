import type { ExitReason } from '../kernel/exit-reason.ts'

/** A closing of a report – most are a whole trade –: plain numbers, times in milliseconds since 1970-01-01 UTC. */
export interface RunTrade {
  readonly side: 'buy' | 'sell'
  readonly lots: number
  readonly openedAt: number
  readonly closedAt: number
  readonly entryPrice: number
  readonly exitPrice: number
  readonly initialStopLoss?: number
  /** In force when it closed. */
  readonly stopLoss?: number
  readonly takeProfit?: number
  readonly exitReason: ExitReason
  readonly gross: number
  readonly commission: number
  readonly swap: number
  readonly conversionFee: number
  readonly net: number
  /**
   * Result as a multiple of what the first stop would have lost on the whole volume opened: those of the parts of a
   * position add up.
   */
  readonly r?: number
  /** Furthest against the entry while it was open, in price. */
  readonly adverse: number
  /** Furthest for it, in price. */
  readonly favourable: number
  /** Of a part of a position: its name, the same for all parts. */
  readonly positionId?: number
  /** Of a part of a position: its share of the volume opened; those of a position that is closed add up to 1. */
  readonly share?: number
}

/**
 * The trades of a report in order of closing, as one list for each field: a third of the text that an object for each
 * would take. `null` stands where a trade lacks the field; where every trade does, the list is left out.
 */
export type TradeColumns = {
  readonly [Field in keyof RunTrade]: readonly Cell<Field>[]
}

/** What stands in a column. */
export type Cell<Field extends keyof RunTrade> = undefined extends RunTrade[Field]
  ? Exclude<RunTrade[Field], undefined> | null
  : RunTrade[Field]
/** The trades of a document one by one. */
export function tradesOf(columns: TradeColumns): readonly RunTrade[] {
  const fields = Object.entries(columns)
  return columns.net.map((_, row) => {
    const trade: Record<string, unknown> = {}
    for (const [name, column] of fields) if (column[row] !== null) trade[name] = column[row]
    return trade as unknown as RunTrade
  })
}
