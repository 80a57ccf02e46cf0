import { type UnixMs, unixMs } from '@openclaw-trading/trading-model'

/** Decodes the open of a bar, in minutes. */
export function decodeMinutes(minutes: number): UnixMs {
  return unixMs(minutes * 60_000)
}

/** Encodes the open of a bar, in minutes. */
export function encodeMinutes(at: UnixMs): number {
  return Math.floor(at / 60_000)
}

/** Decodes seconds: `maintenanceEndTimestamp` of ProtoOAErrorRes. The one of ProtoErrorRes is in milliseconds. */
export function decodeSeconds(seconds: number): UnixMs {
  return unixMs(seconds * 1000)
}

/** Decodes a duration in seconds (`retryAfter`) to milliseconds. */
export function secondsToMs(seconds: number): number {
  return seconds * 1000
}
