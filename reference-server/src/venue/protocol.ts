import type { VenueAccess, VenueMode } from './venue-mode.ts'

/** Server → venue process. */
export type ToVenue = { readonly type: 'start'; readonly mode: VenueMode } | { readonly type: 'stop' }

/** Venue process → server. */
export type FromVenue =
  | { readonly type: 'ready'; readonly access: VenueAccess }
  /** A replay has delivered its last quote, or cannot go on. */
  | { readonly type: 'replay-ended'; readonly error?: { readonly code: string; readonly message: string } }
  /** The message is complete and for people; no stack. */
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
