import { basename } from 'node:path'
import { type Timeframe, TIMEFRAMES } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import { lengthMsOf } from '../store/series.ts'
import type { RawRows } from './raw-rows.ts'

const DAY_MS = 86_400_000
/** A month has no fixed length; the shortest has 28 days. */
const MONTH_FROM_MS = 27 * DAY_MS
/** A bar at a change of summer time may be an hour shorter than the others. */
const SUMMER_TIME_MS = 3_600_000
/** Fewer bars than that lie apart as they happen to: a thin day has none in most minutes. */
const LEAST_DISTANCES = 3
/** Of files of one timeframe that an error names. */
const MOST_NAMED = 3

/**
 * The timeframe of bars: as far as most of them lie apart, in each file alike.
 *
 * @throws {@link EngineError} `data-invalid` where that is none, another than stated, or another in some file
 */
export function timeframeOf(
  path: string,
  rows: RawRows,
  places: Uint32Array,
  stated: Timeframe | undefined,
): Timeframe {
  refuseMixed(rows)
  const apartMs = mostFrequent(distances(places.length, row => rows.local[places[row] as number] as number))
  if (apartMs === undefined && stated !== undefined) return stated
  const found = apartMs === undefined ? undefined : timeframeApart(apartMs)
  if (found !== undefined && (stated ?? found) === found) return found
  const apart = apartMs === undefined ? 'nowhere near each other' : `${apartMs / 60_000} minutes apart`
  throw new EngineError(
    'data-invalid',
    stated === undefined
      ? `${path} has bars that lie ${apart}, which is no timeframe. State timeframe, or choose another file.`
      : `${path} has bars of ${found ?? apart}, not of ${stated}. Import them as what they are.`,
    { details: { path, apartMs } },
  )
}

/** A glob such as `XAUUSD1*.csv` takes the files of m15 with those of m1. */
function refuseMixed(rows: RawRows): void {
  const files = new Map<Timeframe, string[]>()
  for (const { name, from, end } of rows.files()) {
    const timeframe = timeframeOfFile(rows.local.slice(from, end).sort())
    if (timeframe === undefined) continue
    const known = files.get(timeframe) ?? []
    if (!known.includes(name)) files.set(timeframe, [...known, name])
  }
  if (files.size < 2) return
  const told = TIMEFRAMES.flatMap(timeframe => {
    const names = files.get(timeframe) ?? []
    if (names.length === 0) return []
    const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''
    return `${names
      .slice(0, MOST_NAMED)
      .map(name => basename(name))
      .join(', ')}${more}: ${timeframe}`
  })
  throw new EngineError(
    'data-invalid',
    `The files have bars of ${files.size} timeframes (${told.join('; ')}), and a series has one. Import those of each timeframe by themselves.`,
    { details: { files: Object.fromEntries(files) } },
  )
}

/** What the bars of a file show, times in order; `undefined`: they are too few, or lie apart too differently. */
function timeframeOfFile(local: Float64Array): Timeframe | undefined {
  const counts = distances(local.length, row => local[row] as number)
  const usual = mostFrequent(counts)
  if (usual === undefined) return undefined
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const count = counts.get(usual) ?? 0
  const least = Math.min(...counts.keys())
  const slack = usual > SUMMER_TIME_MS ? SUMMER_TIME_MS : 0
  const isClear =
    count >= LEAST_DISTANCES && count * 2 > total && (usual > MONTH_FROM_MS || least >= usual - slack)
  return isClear ? timeframeApart(usual) : undefined
}

function timeframeApart(apartMs: number): Timeframe | undefined {
  return TIMEFRAMES.find(one => lengthMsOf(one) === apartMs) ?? (apartMs > MONTH_FROM_MS ? 'mn1' : undefined)
}

/** How often times lie so far apart, in milliseconds. */
function distances(length: number, timeOf: (row: number) => number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (let row = 1; row < length; row++) {
    const apart = timeOf(row) - timeOf(row - 1)
    if (apart > 0) counts.set(apart, (counts.get(apart) ?? 0) + 1)
  }
  return counts
}

function mostFrequent(counts: ReadonlyMap<number, number>): number | undefined {
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}
