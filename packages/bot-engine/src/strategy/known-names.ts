import { closestMatch } from 'leven'

/** Everything of a strategy that a run calls. */
export const HANDLER_NAMES = [
  'onStart',
  'onBar',
  'onQuote',
  'wantsQuotes',
  'onExecution',
  'onUnanswered',
  'onTimer',
  'onStop',
] as const
/** Fields of an entry; a compiler knows them, but strategies also run uncompiled, and a target with a wrong name is none. */
export const ENTRY_FIELDS = names(
  'volume',
  'riskPercent',
  'stopLoss',
  'takeProfit',
  'trailing',
  'guaranteed',
  'limit',
  'stop',
  'slippage',
  'trigger',
  'timeInForce',
)
/** Fields of the levels of a position. */
export const PROTECTION_FIELDS = names('stopLoss', 'takeProfit', 'trailing', 'guaranteed', 'stopTrigger')
/** What a position has beside its levels: `{ ...position, stopLoss }` states them in full, and is no mistake. */
export const POSITION_FIELDS = names(
  'id',
  'symbolId',
  'label',
  'side',
  'volume',
  'entryPrice',
  'openedAt',
  'swap',
  'commission',
  'usedMargin',
)
/** Fields of a change of an order. */
export const AMENDMENT_FIELDS = names(
  'volume',
  'price',
  'slippage',
  'trigger',
  'expiresAt',
  'stopLoss',
  'takeProfit',
  'trailing',
  'guaranteed',
)

function names(...all: readonly string[]): ReadonlySet<string> {
  return new Set(all)
}

/**
 * The first field of an object that is not known, in words: `has no field "takeprofit": did you mean takeProfit?`;
 * `undefined` when all are known, or among those that are passed over.
 */
export function unknownField(
  written: object,
  known: ReadonlySet<string>,
  passed?: ReadonlySet<string>,
): string | undefined {
  for (const name in written)
    if (!known.has(name) && passed?.has(name) !== true) return noSuchField(name, known)
  return undefined
}

function noSuchField(name: string, known: ReadonlySet<string>): string {
  const all = [...known]
  const near = nearestName(name, all)
  return `has no field "${name}"${near === undefined ? ` (its fields are ${all.join(', ')})` : `: did you mean ${near}?`}`
}

/** The known name that is most like an unknown one; none when that would be another word altogether. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const same = known.find(one => one.toLowerCase() === name.toLowerCase())
  return same ?? closestMatch(name, known, { maxDistance: Math.max(2, Math.floor(name.length / 3)) })
}
