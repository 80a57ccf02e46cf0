import type { RunDocument, RunTrade } from './run-document.ts'
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
  for (const trade of trades) {
    if (end + LINE_BYTES > PIECE_BYTES) {
      pieces.push(piece.subarray(0, end))
      piece = new Uint8Array(PIECE_BYTES)
      end = 0
    }
    end = putLine(piece, end, trade, instants)
  }
  pieces.push(piece.subarray(0, end))
  return pieces
}

/** In the order of {@link COLUMNS}; by name, because a loop over them takes three times as long. */
function putLine(into: Uint8Array, at: number, trade: RunTrade, instants: InstantText): number {
  let end = putText(into, at, trade.side)
  end = putFigure(into, end, trade.lots)
  into[end] = COMMA
  end = instants.put(into, end + 1, trade.openedAt)
  into[end] = COMMA
  end = instants.put(into, end + 1, trade.closedAt)
  end = putFigure(into, end, trade.entryPrice)
  end = putFigure(into, end, trade.exitPrice)
  end = putFigure(into, end, trade.initialStopLoss)
  end = putFigure(into, end, trade.stopLoss)
  end = putFigure(into, end, trade.takeProfit)
  into[end] = COMMA
  end = putText(into, end + 1, trade.exitReason)
  end = putFigure(into, end, trade.gross)
  end = putFigure(into, end, trade.commission)
  end = putFigure(into, end, trade.swap)
  end = putFigure(into, end, trade.conversionFee)
  end = putFigure(into, end, trade.net)
  end = putFigure(into, end, trade.r)
  end = putFigure(into, end, trade.adverse)
  end = putFigure(into, end, trade.favourable)
  into[end] = LINE_END
  return end + 1
}

/** Writes a figure behind its comma. */
function putFigure(into: Uint8Array, at: number, value: number | undefined): number {
  into[at] = COMMA
  if (value === undefined) return at + 1
  const end = putNumber(into, at + 1, value)
  if (end - at - 1 <= MOST_UNROUNDED) return end
  return putNumber(into, at + 1, Number(value.toPrecision(12)))
}
