import type { RunDocument } from '@openclaw-trading/bot-engine/report'
import { grouped, table } from '@openclaw-trading/ctrader-client/terminal'
import type { CommandContext } from '../command.ts'
import { jsonResult, type Warning } from '../output.ts'
import { openProject } from '../project/config.ts'
import { FIGURE_LINES, type FigureLine } from './figures.ts'
import { findRun, readRun, type StoredRun } from './runs.ts'

/** Something in which two runs were made differently. */
export interface Difference {
  readonly topic: 'strategy' | 'code' | 'parameter' | 'data' | 'account' | 'costs' | 'seed'
  readonly name: string
  readonly one: unknown
  readonly other: unknown
}

/** Puts the figures of two runs side by side, and what differs in how they were made. @returns 0 */
export async function compareRuns(
  { one, other, json }: { readonly one: string; readonly other: string; readonly json: boolean },
  { terminal }: CommandContext,
): Promise<number> {
  const startedMs = performance.now()
  const project = await openProject(terminal)
  const runs = [findRun(one, project, terminal.cwd), findRun(other, project, terminal.cwd)] as const
  const documents = [readRun(runs[0]), readRun(runs[1])] as const
  const differences = differencesOf(...documents)
  const warnings = [...countsDiffer(...documents), ...warningsOf(differences)]
  const tookMs = performance.now() - startedMs
  if (json) {
    const side = (at: 0 | 1) => ({
      id: runs[at].id,
      figures: documents[at].figures,
      costs: documents[at].costs,
    })
    terminal.out(
      jsonResult('claw.compare/1', { runs: [side(0), side(1)], differences }, { warnings, tookMs }),
    )
    return 0
  }
  terminal.out(`  A  ${runs[0].id}\n  B  ${runs[1].id}\n\n${figuresTable(...documents)}\n`)
  terminal.out(differencesText(differences))
  for (const { message } of warnings) terminal.err(`  ⚠ ${message}\n`)
  terminal.err(`  Next: claw report diff ${one} ${other}\n`)
  return 0
}

function figuresTable(one: RunDocument, other: RunDocument): string {
  const of = (line: FigureLine, document: RunDocument) =>
    line.text(line.value(document), document.account.currency)
  const change = (line: FigureLine) => {
    const [before, after] = [line.value(one) ?? undefined, line.value(other) ?? undefined]
    if (before === undefined || after === undefined) return '–'
    const text = line.text(after - before, one.account.currency)
    return after > before && !text.includes('+') ? `+${text}` : text
  }
  return table(
    [
      { title: '', text: (line: FigureLine) => line.title },
      { title: 'A', align: 'right', text: line => of(line, one) },
      { title: 'B', align: 'right', text: line => of(line, other) },
      { title: 'B − A', align: 'right', text: change },
    ],
    FIGURE_LINES,
  )
}

/** What differs in how two runs were made; what both leave out is the same. */
export function differencesOf(one: RunDocument, other: RunDocument): readonly Difference[] {
  // Reports of before have no such hash.
  const areHashed = one.termsHash !== undefined && other.termsHash !== undefined
  const topics = [
    ['strategy', topic => ({ strategy: topic.title })],
    ['code', topic => ({ 'code hash': topic.codeHash })],
    ['parameter', topic => topic.params],
    ['data', dataOf],
    ['account', topic => ({ ...topic.account })],
    ['costs', topic => ({ ...topic.costTerms, ...(areHashed && { 'terms hash': topic.termsHash }) })],
    ['seed', topic => ({ seed: topic.seed })],
  ] as const satisfies readonly (readonly [
    Difference['topic'],
    (document: RunDocument) => Readonly<Record<string, unknown>>,
  ])[]
  return topics.flatMap(([topic, of]) => {
    const [before, after]: readonly Readonly<Record<string, unknown>>[] = [of(one), of(other)]
    return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
      .filter(name => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]))
      .map(name => ({ topic, name, one: before?.[name] ?? null, other: after?.[name] ?? null }))
  })
}

function dataOf({ dataSource, dataHash, market }: RunDocument): Readonly<Record<string, unknown>> {
  const { symbol, rows, rowsAre, from, to } = market
  return {
    source: dataSource,
    symbol,
    rows: `${grouped(rows)} ${rowsAre}`,
    from: day(from),
    to: day(to),
    hash: dataHash,
  }
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** That two runs mean different things by a trade. */
function countsDiffer(one: StoredRun, other: StoredRun): readonly Warning[] {
  if (one.countsClosings === other.countsClosings) return []
  const [earlier, later] = one.countsClosings === true ? ['A', 'B'] : ['B', 'A']
  return [
    {
      code: 'counts-differ',
      message: `The runs count trades differently: ${earlier} is of an earlier version, to which each closing was a trade, ${later} counts a position with all its closings once, and ends days at 17:00 New York. Trades, won, profit factor and Sharpe do not compare. Run ${earlier} again: the command stands in its index.html.`,
    },
  ]
}

function warningsOf(differences: readonly Difference[]): readonly Warning[] {
  const has = (topic: Difference['topic']) => differences.some(difference => difference.topic === topic)
  const warnings: Warning[] = []
  if (has('data'))
    warnings.push({
      code: 'data-differ',
      message: 'The runs are over different data: their figures say nothing about which of them is better.',
    })
  if (has('costs') || has('account'))
    warnings.push({
      code: 'terms-differ',
      message: 'Account or costs differ: a part of the change is theirs, not the strategy’s.',
    })
  return warnings
}

function differencesText(differences: readonly Difference[]): string {
  if (differences.length === 0)
    return '  Strategy, code, parameters, data, account, costs and seed are the same.\n'
  return table(
    [
      { title: 'DIFFERS', text: ({ topic }: Difference) => topic },
      { title: '', text: ({ name }) => name },
      { title: 'A', text: ({ one }) => valueText(one) },
      { title: 'B', text: ({ other }) => valueText(other) },
    ],
    differences,
  )
}

function valueText(value: unknown): string {
  if (value === null) return 'default'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
