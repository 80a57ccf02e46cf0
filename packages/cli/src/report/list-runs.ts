import { statedSharpe } from '@openclaw-trading/bot-engine'
import { grouped, table } from '@openclaw-trading/ctrader-client/terminal'
import type { RunDocument } from '@openclaw-trading/bot-engine/report'
import type { CommandContext } from '../command.ts'
import { jsonResult } from '../output.ts'
import { openProject } from '../project/config.ts'
import { decimalText, signedAmount } from './figures.ts'
import { readRun, type Run, runsOf } from './runs.ts'

interface Listed {
  readonly run: Run
  readonly document: RunDocument
}

/** Lists the newest runs. @returns 0 */
export async function listRuns(
  { limit, json }: { readonly limit: number; readonly json: boolean },
  { terminal }: CommandContext,
): Promise<number> {
  const startedMs = performance.now()
  const runs = runsOf(await openProject(terminal))
  const listed = runs.slice(0, limit).map(run => ({ run, document: readRun(run) }))
  if (json) {
    const data = { total: runs.length, runs: listed.map(factsOf) }
    terminal.out(jsonResult('claw.report.list/1', data, { tookMs: performance.now() - startedMs }))
    return 0
  }
  if (listed.length === 0) {
    terminal.err('  No run yet.\n  Next: claw backtest <strategy>\n')
    return 0
  }
  terminal.out(table(COLUMNS, listed))
  const older = runs.length - listed.length
  if (older > 0) terminal.err(`  ${grouped(older)} older: claw report list --limit ${runs.length}\n`)
  terminal.err(`  Next: claw report open${runs.length > 1 ? ' · claw compare latest~1 latest' : ''}\n`)
  return 0
}

const COLUMNS = [
  { title: 'RUN', text: ({ run }: Listed) => run.id },
  { title: 'STRATEGY', text: ({ document }: Listed) => document.title },
  {
    title: 'NET',
    align: 'right' as const,
    text: ({ document }: Listed) => signedAmount(document.figures.netProfit, document.account.currency),
  },
  {
    title: 'FACTOR',
    align: 'right' as const,
    text: ({ document }: Listed) => decimalText(document.figures.profitFactor),
  },
  {
    title: 'SHARPE',
    align: 'right' as const,
    text: ({ document }: Listed) => decimalText(statedSharpe(document.figures)),
  },
  {
    title: 'TRADES',
    align: 'right' as const,
    text: ({ document }: Listed) => grouped(document.figures.tradeCount),
  },
]

function factsOf({ run, document }: Listed) {
  const { title, figures, params, codeHash, dataSource, createdAt, account, market } = document
  return {
    id: run.id,
    folder: run.folder,
    strategy: title,
    createdAt,
    codeHash,
    dataSource,
    symbol: market.symbol,
    currency: account.currency,
    params,
    figures,
  }
}
