/** What is wrong with a quote. */
export type QuoteDefect =
  /** Time or a price is NaN or infinite. */
  | 'not-a-number'
  /** One side only. */
  | 'absent-side'
  | 'zero'
  | 'negative'
  /** Not a whole step of the instrument's last digit. */
  | 'off-grid'
  /** Bid above ask. */
  | 'crossed'
  /** The same quote again. */
  | 'duplicate'
  /** Up to 10 s before the last good quote. */
  | 'out-of-order'
  /** More than 10 s before the last good quote. */
  | 'stale'
  /** So long after the last good quote that its time must be confirmed by others, or the first, and not confirmed. */
  | 'future'
  /** So far from the last good quote that its price must be confirmed by others. */
  | 'spike'

/** Every {@link QuoteDefect}. */
export const QUOTE_DEFECTS = [
  'not-a-number',
  'absent-side',
  'zero',
  'negative',
  'off-grid',
  'crossed',
  'duplicate',
  'out-of-order',
  'stale',
  'future',
  'spike',
] as const satisfies readonly QuoteDefect[]
