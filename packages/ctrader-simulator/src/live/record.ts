import { createHash, randomUUID } from 'node:crypto'
import { renameSync } from 'node:fs'
import path from 'node:path'
import type { ExchangeOrder, ExchangeState } from '@openclaw-trading/bot-engine/simulation'
import type { Instrument } from '@openclaw-trading/trading-model'
import type { RecordedDeal } from '../past/deals.ts'
import { SimulatorError } from '../errors.ts'
import type { Logger } from '../options.ts'
import { STATE_FILE, StateFile } from '../persistence.ts'
import type { OrderTag } from '../venue-events.ts'
import type { MarketState } from './market.ts'

/** First record of a state file. */
export interface VenueHeader {
  readonly type: 'venue'
  readonly version: 1
  readonly venueId: string
  /** Hash of seed, start, instruments, accounts and layout of the file: other ones make another venue. */
  readonly fingerprint: string
}

/** One account at an instant, with the deals and the changed orders since the record before. */
export interface AccountRecord {
  readonly exchange: ExchangeState<OrderTag>
  readonly deals: readonly RecordedDeal[]
  readonly orders: readonly ExchangeOrder[]
}

/** The venue at an instant: all of it, with bars, deals and changed orders since the record before. */
export interface Checkpoint {
  readonly type: 'checkpoint'
  /** Market time. */
  readonly clock: number
  /** In the order of the venue's accounts. */
  readonly accounts: readonly AccountRecord[]
  readonly markets: readonly MarketState[]
  /** Symbols as they were changed while the venue ran: in the record of the change, and all of them in a snapshot. */
  readonly instruments?: readonly Instrument[]
}

/** What a state file holds of an earlier run. */
export interface RestoredVenue {
  readonly header: VenueHeader
  /** Oldest first; empty for a venue that has just begun. */
  readonly checkpoints: readonly Checkpoint[]
  readonly file: StateFile | undefined
}

/** Raised whenever records of before cannot be read any more: their venue is put aside then. */
const LAYOUT = 2

/** A short hash of what makes a venue the same one after a restart. */
export function fingerprintOf(parts: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([LAYOUT, parts]))
    .digest('hex')
    .slice(0, 16)
}

/**
 * Opens the state of a venue; one with another fingerprint is put aside under its id, and a new venue begins.
 *
 * @throws {@link SimulatorError} `state-unavailable`, `state-damaged`
 */
export function restoreVenue(
  directory: string | undefined,
  fingerprint: string,
  logger: Logger,
): RestoredVenue {
  const fresh: VenueHeader = { type: 'venue', version: 1, venueId: randomUUID(), fingerprint }
  if (directory === undefined) return { header: fresh, checkpoints: [], file: undefined }
  const { state, records } = StateFile.open(directory, logger)
  if (records.length === 0) return { header: fresh, checkpoints: [], file: state }
  const [header, ...checkpoints] = records as readonly [VenueHeader, ...Checkpoint[]]
  if (header.type !== 'venue' || header.version !== 1) {
    state.close()
    throw new SimulatorError(
      'state-damaged',
      `${path.join(directory, STATE_FILE)} is not a state file of this version. Delete it to begin a new venue.`,
      { details: { directory } },
    )
  }
  if (header.fingerprint === fingerprint && checkpoints.length > 0)
    return { header, checkpoints, file: state }
  state.close()
  putAside(directory, header.venueId)
  logger.warn(
    { directory, oldVenueId: header.venueId, venueId: fresh.venueId },
    'settings changed: a new venue begins',
  )
  return { header: fresh, checkpoints: [], file: StateFile.open(directory, logger).state }
}

function putAside(directory: string, venueId: string): void {
  const file = path.join(directory, STATE_FILE)
  try {
    renameSync(file, path.join(directory, `venue-${venueId.replaceAll(/[^\w-]/g, '_')}.log`))
  } catch (cause) {
    throw new SimulatorError(
      'state-unavailable',
      `${file} cannot be renamed. Check the directory's permissions.`,
      { cause },
    )
  }
}
