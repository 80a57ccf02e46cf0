import type { BarColumns } from '@openclaw-trading/bot-engine'
import { dataBetween } from '@openclaw-trading/bot-engine/research'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { rowsOf } from '../project/rows.ts'
import { overRows } from '../project/watched-data.ts'
import { checkWatchedBefore } from '../project/watched-rows.ts'
import type { Warning } from '../output.ts'
import { dayText } from '../span.ts'
import type { PreparedRun } from './prepare.ts'

/** Share of the time that is kept apart unless stated. */
const SHARE = 0.3

/** Adds `--out-of-sample`. @param what - What becomes of that part, in words */
export function addOutOfSample(command: Command, what: string): Command {
  return command.addOption(
    new Option('--out-of-sample <percent>', what).argParser(percentShare).default(SHARE, String(SHARE * 100)),
  )
}

/** The last part of the time, which one does not look at while one chooses. */
export interface HeldBack {
  readonly share: number
  /** Market time in milliseconds: the first instant that is held back, and the last row. */
  readonly from: number
  readonly to: number
}

/** Where a span of rows is cut: from this instant on they are out of sample. */
export function cutOf(
  { firstAt, lastAt }: { readonly firstAt: number; readonly lastAt: number },
  share: number,
): number {
  return Math.round(lastAt - (lastAt - firstAt) * share)
}

/**
 * A run without the last part of its rows.
 *
 * @returns the run, and what it does not see; `undefined`: nothing
 * @throws CliError `data-missing` where all rows of a symbol watched are in that part
 */
export function holdBack(
  prepared: PreparedRun,
  share: number,
): { readonly prepared: PreparedRun; readonly heldBack: HeldBack | undefined } {
  const { columns, lastAt } = prepared.data
  const cut = cutOf(prepared.data, share)
  const times = columns.type === 'bars' ? columns.openedAt : columns.at
  const rows = times.subarray(0, columns.length).findIndex(at => at >= cut)
  if (share === 0 || rows <= 0) return { prepared, heldBack: undefined }
  checkWatchedBefore(cut, prepared.options, prepared.data)
  const part = firstRows(prepared, rows)
  const { watchedBars } = part.options
  const options = {
    ...part.options,
    ...(watchedBars && {
      watchedBars: watchedBars.map(bars => dataBetween(bars, Number.NEGATIVE_INFINITY, cut) as BarColumns),
    }),
  }
  return { prepared: { ...part, options }, heldBack: { share, from: cut, to: lastAt } }
}

/** What a sweep does not see, as a line; nothing where it sees all. */
export function heldBackLine(heldBack: HeldBack | undefined): string {
  if (heldBack === undefined) return ''
  const { share, from, to } = heldBack
  const percent = percentText(share)
  const option = share === SHARE ? '' : ` --out-of-sample ${percent}`
  return `  held back: the last ${percent} %, ${dayText(from)} → ${dayText(to)}; claw backtest${option} with the chosen values shows it as out-of-sample\n`
}

/** That there is no part which the choice did not see, where there is none. */
export function nothingHeldBack(
  heldBack: HeldBack | undefined,
  { outOfSample = 0 }: { readonly outOfSample?: number },
): readonly Warning[] {
  if (heldBack !== undefined) return []
  const why = outOfSample === 0 ? '--out-of-sample 0' : 'too few rows'
  return [
    {
      code: 'nothing-held-back',
      message: `Nothing is held back (${why}): the sweep saw all rows, and claw backtest over them has no out-of-sample part.`,
    },
  ]
}

/** A share in percent, without digits that nobody wrote. */
export function percentText(share: number): string {
  return String(Number((share * 100).toFixed(1)))
}

/** The run as if the data ended after so many rows. */
export function firstRows(prepared: PreparedRun, rows: number): PreparedRun {
  const { data, options } = prepared
  const columns = rowsOf(data.columns, 0, rows)
  const times = columns.type === 'bars' ? columns.openedAt : columns.at
  const lastAt = (times[rows - 1] ?? data.firstAt) as typeof data.lastAt
  return { ...prepared, data: { ...data, columns, lastAt }, options: overRows(options, columns) }
}

/** Percent as a share. */
function percentShare(text: string): number {
  const value = Number(text.replace(/%$/, ''))
  if (value > 0 && value < 1 && !text.endsWith('%'))
    throw new InvalidArgumentError(
      `It is in percent: ${text} would be ${text} %. Write ${Math.round(value * 100)} for ${Math.round(value * 100)} %.`,
    )
  if (Number.isFinite(value) && value >= 0 && value <= 90) return value / 100
  throw new InvalidArgumentError('It must be 0 to 90 percent.')
}
