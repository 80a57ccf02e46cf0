import type { RunDocument } from './run-document.ts'
import type { RunTrade, TradeColumns } from './run-trade.ts'
import { InstantText, MOST_CHARACTERS, putNumber, putText } from './ascii.ts'

const COLUMNS: readonly (keyof RunTrade)[] = [
  'side',
  'lots',
  'openedAt',
  'closedAt',
  'entryPrice',
  'exitPrice',
  'initialStopLoss',
  'stopLoss',
  'takeProfit',
  'exitReason',
  'gross',
  'commission',
  'swap',
  'conversionFee',
  'net',
  'r',
  'adverse',
  'favourable',
  'positionId',
  'share',
]
const [COMMA, LINE_END] = [44, 10]
/** A number of twelve digits and a point needs no rounding. */
const MOST_UNROUNDED = 13
const LINE_BYTES = COLUMNS.length * (MOST_CHARACTERS + 1)
/** Some thousand lines; memory is taken as it is needed. */
const PIECE_BYTES = 262_144

/** The trades of a run as CSV with a line of titles; times are ISO 8601 in UTC, a figure that is not known is empty. */
export function tradesCsv(document: Pick<RunDocument, 'trades'>): string {
  const decoder = new TextDecoder()
  return tradesCsvBytes(document)
    .map(piece => decoder.decode(piece))
    .join('')
}

/** The same as ASCII, in pieces. */
export function tradesCsvBytes({ trades }: Pick<RunDocument, 'trades'>): readonly Uint8Array[] {
  const pieces: Uint8Array[] = []
  const instants = new InstantText()
  let piece = new Uint8Array(PIECE_BYTES)
  let end = putText(piece, 0, `${COLUMNS.join(',')}\n`)
  for (let row = 0; row < trades.net.length; row++) {
    if (end + LINE_BYTES > PIECE_BYTES) {
      pieces.push(piece.subarray(0, end))
      piece = new Uint8Array(PIECE_BYTES)
      end = 0
    }
    end = putLine(piece, end, trades, row, instants)
  }
  pieces.push(piece.subarray(0, end))
  return pieces
}

/** In the order of {@link COLUMNS}; by name, because a loop over them takes three times as long. */
function putLine(
  into: Uint8Array,
  at: number,
  trades: TradeColumns,
  row: number,
  instants: InstantText,
): number {
  let end = putText(into, at, trades.side[row] as string)
  end = putFigure(into, end, trades.lots, row)
  into[end] = COMMA
  end = instants.put(into, end + 1, trades.openedAt[row] as number)
  into[end] = COMMA
  end = instants.put(into, end + 1, trades.closedAt[row] as number)
  end = putFigure(into, end, trades.entryPrice, row)
  end = putFigure(into, end, trades.exitPrice, row)
  end = putFigure(into, end, trades.initialStopLoss, row)
  end = putFigure(into, end, trades.stopLoss, row)
  end = putFigure(into, end, trades.takeProfit, row)
  into[end] = COMMA
  end = putText(into, end + 1, trades.exitReason[row] as string)
  end = putFigure(into, end, trades.gross, row)
  end = putFigure(into, end, trades.commission, row)
  end = putFigure(into, end, trades.swap, row)
  end = putFigure(into, end, trades.conversionFee, row)
  end = putFigure(into, end, trades.net, row)
  end = putFigure(into, end, trades.r, row)
  end = putFigure(into, end, trades.adverse, row)
  end = putFigure(into, end, trades.favourable, row)
  end = putFigure(into, end, trades.positionId, row)
  end = putFigure(into, end, trades.share, row)
  into[end] = LINE_END
  return end + 1
}

/** Writes a figure behind its comma. */
function putFigure(
  into: Uint8Array,
  at: number,
  column: readonly (number | null)[] | undefined,
  row: number,
): number {
  into[at] = COMMA
  const value = column?.[row] ?? null
  if (value === null) return at + 1
  const end = putNumber(into, at + 1, value)
  if (end - at - 1 <= MOST_UNROUNDED) return end
  return putNumber(into, at + 1, Number(value.toPrecision(12)))
}
