import { RECORD_FIELD, splitStored } from './risk-record.ts'

/** What came of a change to what a store keeps. */
export type StoredChange =
  /** What is to be saved instead, and what is gone then. */
  | { readonly type: 'changed'; readonly json: string; readonly removed: unknown }
  /** Nothing was changed, and why. */
  | { readonly type: 'refused'; readonly reason: string }

/**
 * What a store is to keep so that its strategy begins anew: limits and protections go on with what they have seen.
 * `undefined` when nothing is left to keep. For a stopped run only; what its orders and positions need is the caller's to
 * check.
 *
 * @param stored - What the store has, parsed.
 */
export function resetStoredState(stored: unknown): string | undefined {
  const record = isObject(stored) ? stored[RECORD_FIELD] : undefined
  return record === undefined ? undefined : JSON.stringify({ [RECORD_FIELD]: record })
}

/**
 * What a store is to keep so that one protection begins anew at the next start, as if it had seen nothing: the state of
 * the strategy, every other protection and the day's loss of `RiskLimits.maxDailyLoss` stay. For a stopped run only.
 *
 * @param stored - What the store has, parsed.
 * @param name - Of the protection, as it begins the reason of a block.
 * @param ordinal - Among several of that name, from 1 in the order of the list; without it there must be one.
 */
export function releaseStoredProtection(stored: unknown, name: string, ordinal?: number): StoredChange {
  const { record, problem = '' } = splitStored(stored)
  if (record === undefined || !isObject(stored))
    return refused(`there is no usable record of what protections have seen: ${problem}`)
  const named = record.protections.flatMap((protection, index) => (protection.name === name ? [index] : []))
  if (named.length === 0) {
    const names = [...new Set(record.protections.map(protection => protection.name))]
    return refused(`no protection "${name}" has kept anything; there is ${names.join(', ') || 'none'}`)
  }
  if (ordinal === undefined && named.length > 1)
    return refused(`${named.length} protections are called "${name}": say which, 1 to ${named.length}`)
  const index = named[(ordinal ?? 1) - 1]
  if (index === undefined)
    return refused(`${named.length} protection(s) are called "${name}", there is no number ${ordinal}`)
  const protections = record.protections.map((protection, at) =>
    at === index ? { name, memory: null } : protection,
  )
  const json = JSON.stringify({ ...stored, [RECORD_FIELD]: { ...record, protections } })
  return { type: 'changed', json, removed: record.protections[index]?.memory ?? null }
}

function refused(reason: string): StoredChange {
  return { type: 'refused', reason }
}

function isObject(stored: unknown): stored is Readonly<Record<string, unknown>> {
  return typeof stored === 'object' && stored !== null && !Array.isArray(stored)
}
