import { firstRow } from '../first-row.ts'
import { type Anchor, type Anchors, findAnchors } from './weekends.ts'
import { parseZone, type Zone } from './zone.ts'

/** What the times of a file tell of their zone. */
export type ZoneFinding =
  /** On every day of the file the zones that fit have the same offset, so that it does not matter which it is. */
  | {
      readonly type: 'certain'
      readonly timeZone: string
      readonly alike: readonly string[]
      readonly evidence: string
    }
  /** It cannot be told, and why. */
  | { readonly type: 'unclear'; readonly candidates: readonly string[]; readonly evidence: string }

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Zones that market data is found in: fixed ones, those of Europe's summer time, and New York's plus some hours. */
const CANDIDATES: readonly string[] = [
  'UTC',
  ...Array.from({ length: 26 }, (_, i) => i - 12)
    .filter(hours => hours !== 0)
    .map(hours => `UTC${hours < 0 ? '-' : '+'}${Math.abs(hours)}`),
  'Europe/London',
  'Europe/Berlin',
  'Europe/Athens',
  'America/New_York',
  'America/Chicago',
  ...[5, 6, 7, 8].map(hours => `America/New_York+${hours}`),
]
let parsedCandidates: readonly Zone[] | undefined

/** Parsed when first asked for: their formats take 14 ms, which a process that imports no file need not spend. */
function candidateZones(): readonly Zone[] {
  parsedCandidates ??= CANDIDATES.map(parseZone)
  return parsedCandidates
}

/**
 * Finds the zone of times by when the market rests, and does not guess: without two weekends that agree (or one and
 * three daily breaks), or where several zones fit that differ on some day of the file, it says so.
 *
 * @param times - Local times in order, in milliseconds as if they were UTC.
 * @param lengthMs - Of a bar; 0 of quotes.
 */
export function detectTimeZone(times: Float64Array, lengthMs: number): ZoneFinding {
  const found = findAnchors(times, lengthMs)
  const { anchors, weekends, usable } = found
  if (usable < 2)
    return {
      type: 'unclear',
      candidates: [],
      evidence: `${weekends} ${weekends === 1 ? 'weekend' : 'weekends'}, ${usable} of them with the hours at which currencies or metals rest: too few to tell`,
    }
  if (usable * 2 < weekends)
    return {
      type: 'unclear',
      candidates: [],
      evidence: `only ${usable} of ${weekends} weekends have the hours at which currencies or metals rest`,
    }
  const fitting = candidateZones().filter(zone => misfits(zone, anchors).length === 0)
  const [first] = fitting
  if (first === undefined) return { type: 'unclear', candidates: [], evidence: changeText(anchors) }
  const candidates = fitting.map(({ name }) => name)
  const differing = firstDifference(fitting, times)
  if (differing !== undefined)
    return {
      type: 'unclear',
      candidates,
      evidence: `${candidates.join(', ')} all fit, and differ in the week of ${day(differing)}, which has no weekend to tell them apart`,
    }
  return { type: 'certain', timeZone: first.name, alike: candidates.slice(1), evidence: offsetsText(found) }
}

/** What contradicts a zone that was told; `undefined`: nothing does. */
export function contradictionOf(zone: Zone, times: Float64Array, lengthMs: number): string | undefined {
  const { anchors, usable } = findAnchors(times, lengthMs)
  if (usable < 2) return undefined
  const wrong = misfits(zone, anchors)
  const [first] = wrong
  if (first === undefined) return undefined
  const told = hoursOf(zone, first)
  return (
    `${wrong.length} of ${anchors.length} weekly closes and opens are not where ${zone.name} puts them, ` +
    `e.g. the one of ${clock(first.at)} (${offsetText(first.hours)} by the market, ${offsetText(told)} in ${zone.name})`
  )
}

function misfits(zone: Zone, anchors: readonly Anchor[]): readonly Anchor[] {
  return anchors.filter(anchor => hoursOf(zone, anchor) !== anchor.hours && !changesOver(zone, anchor))
}

/** A zone that changes its time over a weekend makes it an hour longer or shorter: which of its ends is off? */
function changesOver(zone: Zone, { hours, weekend }: Anchor): boolean {
  const [from, to] = weekend ?? [0, 0]
  return zone.offsetMs(from - hours * HOUR_MS) !== zone.offsetMs(to - hours * HOUR_MS)
}

function hoursOf(zone: Zone, { at, hours }: Anchor): number {
  return zone.offsetMs(at - hours * HOUR_MS) / HOUR_MS
}

/** The first day of the file on which zones differ. */
function firstDifference(zones: readonly Zone[], times: Float64Array): number | undefined {
  const [first] = zones
  const last = times[times.length - 1] as number
  for (let at = times[0] as number; first !== undefined && at <= last + DAY_MS; at += DAY_MS)
    if (zones.some(zone => zone.offsetMs(at) !== first.offsetMs(at))) {
      // A day on which the file has nothing needs no zone.
      if (hasRows(times, at - DAY_MS, at + DAY_MS)) return at
    }
  return undefined
}

function hasRows(times: Float64Array, from: number, to: number): boolean {
  const row = firstRow(times, from)
  return row < times.length && (times[row] as number) < to
}

function changeText(anchors: readonly Anchor[]): string {
  for (let split = 1; split < anchors.length; split++) {
    const [before, after] = [anchors.slice(0, split), anchors.slice(split)]
    const early = candidateZones().find(zone => misfits(zone, before).length === 0)
    const late = candidateZones().findLast(zone => misfits(zone, after).length === 0)
    const change = after[0]
    if (early !== undefined && late !== undefined && change !== undefined)
      return (
        `no zone fits all of it: up to ${day(before.at(-1)?.at ?? change.at)} it is as in ${early.name}, from ${day(change.at)} on as in ${late.name}. ` +
        'The file seems to change its zone: cut it in two'
      )
  }
  return `no zone fits: ${spansText(anchors)}`
}

function offsetsText({ anchors, usable, weekends }: Anchors): string {
  return `${usable} pauses over ${weekends} weekends: ${spansText(anchors)}`
}

/** Offsets with the spans in which they hold. */
function spansText(anchors: readonly Anchor[]): string {
  const spans: { hours: number; from: number; to: number }[] = []
  for (const { hours, at } of anchors) {
    const span = spans.at(-1)
    if (span?.hours === hours) span.to = at
    else spans.push({ hours, from: at, to: at })
  }
  const texts = spans.map(({ hours, from, to }) => `${offsetText(hours)} from ${day(from)} to ${day(to)}`)
  return texts.length > 6
    ? `${texts.slice(0, 6).join(', ')} and ${texts.length - 6} spans more`
    : texts.join(', ')
}

const offsetText = (hours: number): string =>
  hours === 0 ? 'UTC' : `UTC${hours < 0 ? '-' : '+'}${Math.abs(hours)}`
const day = (at: number): string => new Date(at).toISOString().slice(0, 10)
const clock = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}`
