import { EngineError } from '../errors.ts'
import type { EntryProtection } from '../strategy/entry-protection.ts'
import { descriptionOf, type ProtectionDescription } from './described.ts'
import { maxDailyLoss, maxDrawdown, newsBlackout } from './equity-protections.ts'
import { lowProfitLock } from './low-profit-lock.ts'
import { cooldown, stopLossGuard } from './trade-protections.ts'

type Make = (settings: never) => EntryProtection

const MAKERS: Readonly<Record<string, Make>> = {
  cooldown,
  stopLossGuard,
  lowProfitLock,
  maxDrawdown,
  maxDailyLoss,
  newsBlackout: ({ spans }: { readonly spans: Parameters<typeof newsBlackout>[0] }) => newsBlackout(spans),
}

/**
 * Protections as plain data, for another thread.
 *
 * @throws {@link EngineError} `invalid-options` for one that this package did not make
 */
export function describeProtections(list: readonly EntryProtection[]): readonly ProtectionDescription[] {
  return list.map((protection, i) => {
    const description = descriptionOf(protection)
    if (description !== undefined) return description
    throw new EngineError(
      'invalid-options',
      `protections[${i}], "${protection.name}", cannot be sent to a thread: it is one of your own, a copy, or of another copy of the package, and nothing says how to make it there. Run without threads (workers: 0), or use what ${Object.keys(MAKERS).join(', ')} return.`,
      { details: { index: i, name: protection.name } },
    )
  })
}

/** The protections that were described. @throws {@link EngineError} `invalid-options` for a kind that does not exist */
export function remakeProtections(list: readonly ProtectionDescription[]): readonly EntryProtection[] {
  return list.map(({ kind, settings }) => {
    const make = MAKERS[kind]
    if (make !== undefined) return make(settings as never)
    throw new EngineError(
      'invalid-options',
      `There is no protection "${kind}". Run the same version in all threads.`,
    )
  })
}
