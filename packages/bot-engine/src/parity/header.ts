import type { UnixMs } from '@openclaw-trading/trading-model'
import type { SessionStart } from '../live/session-recorder.ts'
import { descriptionOf } from '../protections/described.ts'
import type { VenueModel } from '../simulation/venue-model.ts'
import type { SessionAccountRules, SessionHeader } from './session.ts'

/** What a recorder was told beside what the run tells it. */
export interface HeaderFacts {
  readonly codeHash?: string
  readonly venue?: VenueModel
  readonly rules?: SessionAccountRules
}

/** The beginning of a recording. */
export function headerOf(
  { strategy, params, protections, ...start }: SessionStart,
  { codeHash, venue, rules = {} }: HeaderFacts,
  startedAt: UnixMs,
): SessionHeader {
  const described = protections.map(protection => descriptionOf(protection) ?? protection.name)
  return {
    schema: 'claw.session/1',
    strategy: { name: strategy, params, ...(codeHash === undefined ? {} : { codeHash }) },
    startedAt,
    ...start,
    rules,
    ...(venue === undefined ? {} : { venue }),
    protections: described.filter(one => typeof one !== 'string'),
    ownProtections: described.filter(one => typeof one === 'string'),
  }
}
