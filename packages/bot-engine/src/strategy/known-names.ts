import { closest, distance } from 'fastest-levenshtein'

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
 * `undefined` when all are known.
 */
export function unknownField(written: object, known: ReadonlySet<string>): string | undefined {
  for (const name in written) if (!known.has(name)) return noSuchField(name, known)
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
  if (same !== undefined || known.length === 0) return same
  const best = closest(name, known)
  return distance(name, best) <= Math.max(2, Math.floor(name.length / 3)) ? best : undefined
}
