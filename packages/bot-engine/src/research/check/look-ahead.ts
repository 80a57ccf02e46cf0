import type { BarColumns } from '../../data/columns.ts'
import { rowEnd } from '../../data/row-end.ts'
import { seededUniform } from '../../statistics/seeded.ts'
import type { AnyStrategy } from '../../strategy/define.ts'
import { partsOf, rowAt, type RunData, timesOf } from '../data-columns.ts'
import type { CheckRunner } from './check-run.ts'
import { firstDifference } from './compare.ts'
import { type CheckFinding, finding, instantText } from './findings.ts'
import type { FutureRead } from './future-reads.ts'
import { withoutFuture } from './removed-future.ts'
import { inputDifference, STATE_INPUTS, type Statements } from './statements.ts'
import type { Ask } from './watched-strategy.ts'

/**
 * Prefix invariance: what a strategy asks for up to an instant is the same when everything after it is removed.
 *
 * Half of the instants follow something it asked for, because a look one bar ahead shows there only.
 */
export async function lookAhead<S extends AnyStrategy>(
  runner: CheckRunner<S>,
  { asks: full, statements: stated }: { readonly asks: readonly Ask[]; readonly statements: Statements },
  read: FutureRead | undefined,
): Promise<CheckFinding | undefined> {
  const { data, cuts = 12, cutSeed = 1 } = runner.options
  const { watchedBars = [], intrabar } = runner.options
  const finer = intrabar?.policy === 'replay' ? [intrabar.data] : []
  const whole = [...partsOf(data), ...watchedBars, ...finer]
  for (const cut of cutsOf(data, full, { cuts, seed: cutSeed })) {
    const { asks, statements } = await withoutFuture(whole, cut, () =>
      runner.run({ until: cut, watch: { withoutStop: true } }),
    )
    const difference = firstDifference(before(full, data, cut), asks)
    if (difference === undefined) continue
    const { one, other } = difference
    const at = Math.min(one?.at ?? Number.POSITIVE_INFINITY, other?.at ?? Number.POSITIVE_INFINITY)
    const values = [one?.text ?? 'nothing', other?.text ?? 'nothing'] as const
    const line = one?.place?.line()
    const asked = line === undefined ? '' : ` Asked for at ${line}.`
    const input = inputDifference(stated, statements, at)
    return finding(
      'look-ahead',
      `Look-ahead: what is decided at ${instantText(at)} changes when the rows from ${instantText(cut)} on are removed: with them ${values[0]}, without them ${values[1]}.${inputText(input)}${readText(read)}${asked} Fix: use closed bars only, those of onBar and ctx.bars; a value made of a whole bar may be used from the next one on.${input === undefined && read === undefined ? STATE_INPUTS : ''}`,
      { at, line: read?.line ?? line, values },
    )
  }
  return undefined
}

/** What can be decided without the rows from `cut` on. */
function before(asks: readonly Ask[], data: RunData, cut: number): readonly Ask[] {
  const [columns] = partsOf(data)
  if (columns?.type !== 'bars') return asks.filter(({ at }) => at < cut)
  const row = rowAt(columns, cut) - 1
  // In a gap timers and bars of other symbols have to wait for the next bar to open, so a run without it ends before them.
  const end = row < 0 ? cut : rowEnd(columns, row)
  // A bar closes with the instant at which the next one opens: fills at that open are not known yet.
  return asks.filter(
    ({ at, handler }) => at < end || (at === end && (handler === 'onBar' || handler === 'onTimer')),
  )
}

function cutsOf(
  data: RunData,
  asks: readonly Ask[],
  { cuts, seed }: { readonly cuts: number; readonly seed: number },
): readonly number[] {
  const [columns] = partsOf(data)
  if (columns === undefined) return []
  const uniform = seededUniform(seed)
  const times = timesOf(columns)
  const pick = (count: number): number => Math.floor(uniform() * count)
  const chosen = new Set<number>()
  const after = (at: number): number => (columns.type === 'bars' ? endOfBar(columns, at) : at + 1)
  const wanted = asks.length === 0 ? 0 : Math.ceil(cuts / 2)
  for (let i = 0; i < wanted; i++) chosen.add(after((asks[pick(asks.length)] as Ask).at))
  const least = Math.floor(columns.length / 10)
  for (let i = chosen.size; i < cuts; i++) chosen.add(times[least + pick(columns.length - least)] as number)
  const first = times[0] as number
  return [...chosen].filter(cut => cut > first).sort((one, other) => one - other)
}

/** A decision at a close needs no later bar; one within a bar needs that bar. */
function endOfBar(columns: BarColumns, at: number): number {
  const row = rowAt(columns, at) - 1
  return row < 0 ? at : Math.max(at, rowEnd(columns, row))
}

function inputText(input: ReturnType<typeof inputDifference>): string {
  return input === undefined
    ? ''
    : ` ${input.what} is ${input.values[0]} with them, ${input.values[1]} without.`
}

function readText(read: FutureRead | undefined): string {
  if (read === undefined) return ''
  const { what, value, rowAt, at, line } = read
  const place = line === undefined ? '' : ` in ${line}`
  return ` First read of a row that was not over: ${what} = ${value} of ${instantText(rowAt)}, at ${instantText(at)}${place}.`
}
