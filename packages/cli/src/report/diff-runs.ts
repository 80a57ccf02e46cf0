import { type RunDocument, type RunTrade, tradesOf } from '@openclaw-trading/bot-engine/report'
import { grouped, table } from '@openclaw-trading/ctrader-client/terminal'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { jsonResult } from '../output.ts'
import { openProject } from '../project/config.ts'
import { type CauseTotal, diffTrades, type TradePair, totalsOf } from './diff-trades.ts'
import { signedAmount } from './figures.ts'
import { findRun, readRun } from './runs.ts'

/** What `claw report diff` was asked. */
export interface DiffArguments {
  readonly one: string
  readonly other: string
  /** Minutes. */
  readonly tolerance: number
  /** Rows of the table; the JSON has all. */
  readonly limit: number
  readonly exitCode: boolean
  readonly json: boolean
}

const MEANINGS: Readonly<Record<CauseTotal['cause'], string>> = {
  same: 'the same to the cent',
  time: 'entered or left at another time',
  size: 'another volume',
  price: 'another price',
  cost: 'other costs',
  missing: 'in A alone',
  extra: 'in B alone',
}

/** Compares two runs trade by trade. @returns 0; @throws `check-failed` with `exitCode` when they differ */
export async function diffRuns(asked: DiffArguments, { terminal }: CommandContext): Promise<number> {
  const startedMs = performance.now()
  const project = await openProject(terminal)
  const [one, other] = [
    findRun(asked.one, project, terminal.cwd),
    findRun(asked.other, project, terminal.cwd),
  ]
  const [before, after] = [readRun(one), readRun(other)]
  const pairs = diffTrades(tradesOf(before.trades), tradesOf(after.trades), asked.tolerance * 60_000)
  const totals = totalsOf(pairs)
  const different = pairs.filter(({ cause }) => cause !== 'same')
  const trades = different.map(pair => ({ ...pair }))
  const data = { runs: [one.id, other.id], totals, differing: different.length, trades }
  const result = { schema: 'claw.report.diff/1', data, tookMs: performance.now() - startedMs }
  const fails = asked.exitCode && different.length > 0
  if (asked.json) {
    if (!fails) terminal.out(jsonResult(result.schema, data, result))
  } else {
    terminal.out(`  A  ${one.id}\n  B  ${other.id}\n\n`)
    if (different.length > 0) terminal.out(`${tradesTable(different.slice(0, asked.limit), before)}\n`)
    const more = different.length - asked.limit
    if (more > 0) terminal.err(`  ${grouped(more)} more: --limit ${different.length}\n`)
    terminal.out(totals.length === 0 ? '  Neither run has a trade.\n' : totalsTable(totals, before))
  }
  if (fails)
    throw new CliError(
      'check-failed',
      `${grouped(different.length)} of ${grouped(pairs.length)} trades differ.`,
      { result },
    )
  return 0
}

function tradesTable(pairs: readonly TradePair[], { account, market }: RunDocument): string {
  const price = (trade: RunTrade | undefined) =>
    trade === undefined
      ? '–'
      : `${trade.entryPrice.toFixed(market.digits)} → ${trade.exitPrice.toFixed(market.digits)}`
  const known = ({ one, other }: TradePair) => one ?? other
  return table(
    [
      { title: 'ENTRY (UTC)', text: (pair: TradePair) => minute(known(pair)?.openedAt ?? 0) },
      { title: 'SIDE', text: pair => known(pair)?.side ?? '' },
      { title: 'CAUSE', text: ({ cause }) => cause },
      { title: 'A', text: ({ one }) => price(one) },
      { title: 'B', text: ({ other }) => price(other) },
      { title: 'LOTS', align: 'right', text: lotsText },
      {
        title: 'NET B − A',
        align: 'right',
        text: ({ one, other }) => signedAmount((other?.net ?? 0) - (one?.net ?? 0), account.currency),
      },
    ],
    pairs,
  )
}

function lotsText({ one, other }: TradePair): string {
  const [before, after] = [one?.lots, other?.lots]
  if (before !== undefined && after !== undefined && before !== after) return `${before} → ${after}`
  return String(before ?? after ?? '')
}

function totalsTable(totals: readonly CauseTotal[], { account }: RunDocument): string {
  const all = {
    cause: 'all' as const,
    trades: totals.reduce((sum, { trades }) => sum + trades, 0),
    netDifference: totals.reduce((sum, { netDifference }) => sum + netDifference, 0),
  }
  return table(
    [
      { title: 'CAUSE', text: ({ cause }: CauseTotal | typeof all) => cause },
      { title: 'TRADES', align: 'right', text: ({ trades }) => grouped(trades) },
      {
        title: 'NET B − A',
        align: 'right',
        text: ({ netDifference }) => signedAmount(netDifference, account.currency),
      },
      { title: '', text: ({ cause }) => (cause === 'all' ? '' : MEANINGS[cause]) },
    ],
    [...totals, all],
  )
}

const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')
