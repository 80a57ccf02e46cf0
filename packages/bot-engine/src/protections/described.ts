import type { EntryProtection } from '../strategy/entry-protection.ts'

/** What a protection is made again of, e.g. in a thread: plain data. */
export interface ProtectionDescription {
  /** The function that makes it. */
  readonly kind: string
  /** Its argument. */
  readonly settings: unknown
}

/** By identity: what somebody made of a copy of one of ours, with a `start` of its own, is not ours. */
const descriptions = new WeakMap<EntryProtection, ProtectionDescription>()

/** Notes how a protection of this package is made again; its settings are what `kind` was given. */
export function described(kind: string, protection: EntryProtection): EntryProtection {
  descriptions.set(protection, { kind, settings: protection.settings })
  return protection
}

/** How a protection is made again; `undefined` for one that this package did not make. */
export function descriptionOf(protection: EntryProtection): ProtectionDescription | undefined {
  return descriptions.get(protection)
}
