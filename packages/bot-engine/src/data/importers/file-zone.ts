import type { Timeframe } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import { isOnOtherGrid, otherGrid } from '../bar-grid.ts'
import { isWeekend } from './weekends.ts'
import { type Zone, localToUtc, parseZone } from './zone.ts'
import { contradictionOf, detectTimeZone } from './zone-detection.ts'

/** What is known of the times of a file. */
export interface TimesToPlace {
  readonly path: string
  /** All files that are one series with it. */
  readonly paths: readonly string[]
  /** Whose rows they are. */
  readonly symbol: string | undefined
  /** In order. */
  readonly local: Float64Array
  /** Of a bar; 0 of quotes. */
  readonly lengthMs: number
  /** Of bars. */
  readonly timeframe: Timeframe | undefined
  /** Told by the user. */
  readonly timeZone: string | undefined
  /** Told by the file: a zone, or times since 1970. */
  readonly statedZone: string | undefined
  /** File and line of a row. */
  placeOf(row: number): string
  /** The user's word counts against what the times show. */
  readonly isTrusted: boolean
}

/** Where the times of a file belong. */
export interface PlacedZone {
  readonly timeZone: string
  /** How that is known. */
  readonly basis: 'told' | 'stated by the file' | 'detected'
  readonly evidence: string
  /** UTC of a time as the file has it, in milliseconds. */
  toUtc(local: number): number
}

/** Times before and after they were placed. */
export interface TimePreview {
  /** As in the file. */
  readonly before: string
  /** UTC. */
  readonly after: string
}

const DAY_MS = 86_400_000
/** Data on more of the weekend than this is of a market that does not rest. */
const AROUND_THE_CLOCK = 0.15

/**
 * Finds the zone of times.
 *
 * @throws {@link EngineError} `data-zone-unclear`; `data-invalid` of bars that open where none of their timeframe does
 */
export function placeTimes(times: TimesToPlace): PlacedZone {
  const told = times.timeZone ?? times.statedZone
  if (told !== undefined) return checked(times, parseZone(told))
  const placed = detected(times)
  if (isOff(times, placed.toUtc)) throw offGrid(times, placed.timeZone)
  return placed
}

function isOff({ timeframe, local }: TimesToPlace, toUtc: (local: number) => number): boolean {
  return timeframe !== undefined && isOnOtherGrid(timeframe, local.map(toUtc))
}

function offGrid({ path, timeframe = 'h4' }: TimesToPlace, zone: string): EngineError {
  return new EngineError('data-invalid', `${path}: in ${zone}, ${otherGrid(timeframe)}`, {
    details: { path },
  })
}

function detected(times: TimesToPlace): PlacedZone {
  const { path, local, lengthMs } = times
  const finding = detectTimeZone(local, lengthMs)
  if (finding.type === 'certain') {
    const { timeZone, evidence } = finding
    return { timeZone, basis: 'detected', evidence, toUtc: localToUtc(parseZone(timeZone)) }
  }
  const [suggested] = finding.candidates
  throw unclear(
    times,
    `${path} does not say in which time zone its times are, and they do not tell: ${finding.evidence}.`,
    suggested,
  )
}

function checked(times: TimesToPlace, zone: Zone): PlacedZone {
  const { path, local, lengthMs, isTrusted, timeZone } = times
  const toUtc = localToUtc(zone)
  const basis = timeZone === undefined ? 'stated by the file' : 'told'
  if (isOff(times, toUtc) && !hasPlaceElsewhere(times)) throw offGrid(times, zone.name)
  const contradiction = contradictionOf(zone, local, lengthMs)
  const weekendRows = local.reduce((sum, at) => sum + (isWeekend(toUtc(at)) ? 1 : 0), 0)
  const rests = weekendRows < local.length * AROUND_THE_CLOCK
  const first = local.findIndex(at => isWeekend(toUtc(at)))
  const onWeekend =
    rests && weekendRows > 0
      ? `${weekendRows} ${weekendRows === 1 ? 'row falls' : 'rows fall'} on a weekend, the first at ${times.placeOf(first)}`
      : undefined
  const problems = [onWeekend, contradiction].filter(text => text !== undefined)
  if (problems.length === 0 || isTrusted)
    return { timeZone: zone.name, basis, evidence: problems.join('; ') || 'nothing speaks against it', toUtc }
  const finding = detectTimeZone(local, lengthMs)
  // Another zone would not help: these rows alone are wrong.
  if (contradiction === undefined && !(finding.type === 'certain' && finding.timeZone !== zone.name))
    throw strayRows(times, `${path}: with ${zone.name} (${basis}) ${onWeekend}, when this market rests.`)
  const looksLike =
    finding.type === 'certain'
      ? `times look like ${finding.timeZone}${alikeText(finding.alike)}`
      : finding.evidence
  throw unclear(
    times,
    `${path}: with ${zone.name} (${basis}) ${problems.join('; ')}; ${looksLike}.`,
    finding.type === 'certain' ? finding.timeZone : undefined,
  )
}

/** Whether another zone than the one told is certain, in which the bars lie where they should: then that is wrong alone. */
function hasPlaceElsewhere(times: TimesToPlace): boolean {
  if (times.isTrusted) return false
  const finding = detectTimeZone(times.local, times.lengthMs)
  return finding.type === 'certain' && !isOff(times, localToUtc(parseZone(finding.timeZone)))
}

function strayRows({ path }: TimesToPlace, what: string): EngineError {
  return new EngineError(
    'data-zone-unclear',
    `${what} Remove such rows, or state the zone of the file if it is another: timeZone (claw data import --tz). To take them as they are: trustTimeZone (claw data import --trust-tz).`,
    { details: { path } },
  )
}

function alikeText(alike: readonly string[]): string {
  return alike.length === 0 ? '' : ` (on these days the same as ${alike.slice(0, 3).join(', ')})`
}

function unclear(times: TimesToPlace, what: string, suggested: string | undefined): EngineError {
  const { path, local, timeZone } = times
  const fix = suggested === undefined ? questionOf(times) : `Fix: ${stated(times, suggested)}.`
  const trust =
    timeZone === undefined ? '' : ' If you know better: trustTimeZone (claw data import --trust-tz).'
  return new EngineError('data-zone-unclear', `${what} ${fix}${trust}`, {
    details: {
      path,
      ...(suggested === undefined
        ? {}
        : { suggested, preview: previewOf(local, localToUtc(parseZone(suggested))) }),
    },
  })
}

/** What to look up where the times suggest nothing. */
function questionOf(times: TimesToPlace): string {
  const { local, lengthMs } = times
  if (lengthMs !== DAY_MS || local.some(at => at % DAY_MS !== 0))
    return `State timeZone, e.g. 'Europe/Athens' (${command(times, 'Europe/Athens')}), as your source documents it.`
  const days = "Where they end at 17:00 New York, as a broker's trading days do, that is"
  return `Each row is a date: state the zone in which its days begin at 00:00. ${days} ${stated(times, 'America/New_York+7')}.`
}

function stated(times: TimesToPlace, zone: string): string {
  return `timeZone '${zone}' (${command(times, zone)})`
}

/** Whole, so that it can be pasted. */
function command({ paths, symbol }: TimesToPlace, zone: string): string {
  const named = symbol === undefined ? [] : ['--symbol', symbol]
  return ['claw data import', ...[...paths, ...named, '--tz', zone].map(asWord)].join(' ')
}

/** As a shell reads it. */
function asWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** The first three times before and after. */
export function previewOf(
  local: ArrayLike<number>,
  toUtc: (local: number) => number,
): readonly TimePreview[] {
  return Array.from({ length: Math.min(3, local.length) }, (_, row) => {
    const at = local[row] as number
    return {
      before: new Date(at).toISOString().slice(0, 19).replace('T', ' '),
      after: new Date(toUtc(at)).toISOString(),
    }
  })
}
