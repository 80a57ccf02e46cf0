import type { ReplayResult } from '@openclaw-trading/reference-server'

type Difference = NonNullable<ReplayResult['comparison']['first']>
type Trade = NonNullable<Difference['expected']>
/** A field of a trade; the list comes from the server package, which is loaded when it is needed. */
type Field = keyof Trade

/** What a replay found, for people. */
export function replayReport(result: ReplayResult, fields: readonly Field[]): string {
  const { comparison, exits, longestHold } = result
  const reasons = Object.entries(exits).map(([reason, count]) => `${reason} ${count}`)
  const lines = [
    `  ${result.timeframe}: ${result.ticks.toLocaleString('en-US')} ticks, ${result.trades} trades (${reasons.join(', ') || 'none'})`,
    `  replay ${Math.round(result.ticksPerSecond).toLocaleString('en-US')} ticks/s, backtest ${Math.round(result.backtestTicksPerSecond).toLocaleString('en-US')} ticks/s`,
    ...(longestHold === undefined
      ? []
      : [`  longest hold ${(longestHold.heldMs / 60_000).toFixed(1)} min (trade ${longestHold.trade})`]),
    comparison.equal
      ? result.trades === 0
        ? '  ! no trade on either side: nothing was compared'
        : '  ✔ every trade in the database equals its trade of the backtest'
      : `  ✘ ${comparison.differing} of ${comparison.trades} trades differ; the first:`,
    ...(comparison.first === undefined ? [] : [formatDifference(comparison.first, fields)]),
    '',
  ]
  return lines.join('\n')
}

/** Why the check failed: what differs, or that there was nothing to compare; undefined when it passed. */
export function replayFailure(results: readonly ReplayResult[]): string | undefined {
  const named = (some: readonly ReplayResult[]) => some.map(result => result.timeframe).join(' and ')
  const differing = results.filter(result => !result.comparison.equal)
  if (differing.length > 0)
    return `Replay and backtest differ on ${named(differing)}. The first difference stands above: look at what happened at its time.`
  const empty = results.filter(result => result.comparison.trades === 0)
  if (empty.length > 0)
    return `No trade was made on ${named(empty)}, so nothing was compared. Give a longer tick file, or a later --until.`
  return undefined
}

/** What a replay found, as one JSON line. */
export function replayLine(file: string, result: ReplayResult): string {
  return JSON.stringify({
    replay: file,
    timeframe: result.timeframe,
    ticks: result.ticks,
    trades: result.trades,
    equal: result.comparison.equal,
    ticksPerSecond: Math.round(result.ticksPerSecond),
    backtestTicksPerSecond: Math.round(result.backtestTicksPerSecond),
    exits: result.exits,
    differing: result.comparison.differing,
    seconds: Number((result.elapsedMs / 1000).toFixed(1)),
  })
}

/** Writes the first difference for people: both rows, field by field, with marks where they part. */
export function formatDifference(difference: Difference, shown: readonly Field[]): string {
  const { expected, actual, fields } = difference
  const mark = (field: Field) =>
    expected !== undefined && actual !== undefined && fields.includes(field) ? '  ← differs' : ''
  const rows = shown.map(field =>
    `    ${field.padEnd(11)} ${cell(field, expected).padEnd(26)} ${cell(field, actual).padEnd(26)}${mark(field)}`.trimEnd(),
  )
  return [
    `    trade ${difference.trade}: ${fields.join(', ')}`,
    `    ${''.padEnd(11)} ${'backtest'.padEnd(26)} database`,
    ...rows,
  ].join('\n')
}

function cell(field: Field, trade: Trade | undefined): string {
  if (trade === undefined) return '–'
  const value = trade[field]
  if (value === null) return 'none'
  return field === 'openedAt' || field === 'closedAt' ? new Date(Number(value)).toISOString() : String(value)
}
