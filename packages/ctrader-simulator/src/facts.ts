import { createHash, randomBytes } from 'node:crypto'
import { encodeAssets } from './encode/symbol.ts'
import { GrantBook } from './oauth/grant-book.ts'
import type { LiveClockMode, ReplayMode, SimulatorAccount, SimulatorOptions } from './options.ts'
import type { Settings } from './settings.ts'
import type { VenueFacts } from './venue.ts'

/** What never changes while the venue runs, as each of its accounts sees it. */
export function factsOf(
  options: SimulatorOptions,
  settings: Settings,
  venueId: string,
  registeredAt: number,
): readonly [VenueFacts, ...VenueFacts[]] {
  const { accounts, instruments } = settings
  const [first, ...others] = accounts
  const credentials = options.credentials ?? {
    clientId: 'simulator',
    clientSecret: randomBytes(24).toString('base64url'),
    accessToken: randomBytes(24).toString('base64url'),
  }
  const shared = {
    venueId,
    userId: numberOf(venueId, 2),
    credentials,
    grants: new GrantBook(credentials, typeof options.oauth === 'object' ? options.oauth : {}),
    version: versionOf(options.mode),
    instruments,
    archivedSymbols: options.archivedSymbols ?? [],
    assets: encodeAssets(instruments, ...accounts.map(({ currency }) => currency)),
    registeredAt,
    ...(settings.rateLimits === undefined ? {} : { rateLimits: settings.rateLimits }),
  }
  const factsFor = ({ isLive = false, ...account }: SimulatorAccount, index: number): VenueFacts => ({
    ...shared,
    ctidTraderAccountId: accountIdOf(venueId) + index,
    isLive,
    account,
  })
  return [factsFor(first, 0), ...others.map((account, index) => factsFor(account, index + 1))]
}

/** What a client learns from the version: whether the venue replays, and by which gate. */
function versionOf(mode: LiveClockMode | ReplayMode): string {
  if (mode.type === 'live-clock') return '91'
  return mode.gate === 'rewind' ? '91+replay-rewind' : '91+replay'
}

/** Eight digits that differ from venue to venue, because ids of orders and deals begin at 1 in each; its other accounts follow. */
function accountIdOf(venueId: string): number {
  return 10_000_000 + (numberOf(venueId, 0) % 89_999_000)
}

/** 32 bits that differ from venue to venue. */
function numberOf(venueId: string, offset: number): number {
  return createHash('sha256').update(venueId).digest().readUInt32BE(offset)
}
