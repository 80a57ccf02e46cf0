/**
 * Bytes that leave in one write at most. The largest TLS record carries 16 KiB; a rewinding replay sends its window in
 * parts, so that the bot handles one while the next is made.
 */
export const FLUSH_BYTES = { lookahead: 16_384, rewind: 4096 } as const
/** Bytes that may wait in the socket before the replay pauses until the next mark. */
export const MAX_BACKLOG_BYTES = 1_048_576
/** Steps after which other work of the process gets its turn. */
export const MAX_STEPS = 8192
