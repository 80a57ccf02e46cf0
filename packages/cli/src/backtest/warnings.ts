import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { backtest, type BacktestReport } from '@openclaw-trading/bot-engine'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { Warning } from '../output.ts'
import { unusedTiers } from '../project/leverage.ts'
import type { PreparedRun } from '../research/prepare.ts'
import { type Place, watchEntries } from './entry-place.ts'
import { noTrades } from './no-trades.ts'
import { ordersRefused } from './refused-orders.ts'

/** What the author should know of a run before he believes it. */
export async function warningsOf(
  report: BacktestReport,
  prepared: PreparedRun,
  cwd: string,
): Promise<readonly Warning[]> {
  const warnings: Warning[] = [...prepared.data.notes]
  const unused = unusedTiers(prepared.data)
  if (unused !== undefined) warnings.push({ code: 'tiers-unused', message: unused })
  const noStop = report.blocked.filter(({ reason }) => reason.includes('a stop loss is required'))
  if (noStop.length > 0) warnings.push(await withoutStop(prepared, noStop.length, cwd))
  if (report.refused.length > 0) warnings.push(ordersRefused(report, prepared))
  if (report.trades.length === 0) warnings.push(await noTrades(report, prepared, cwd))
  const { tradeCount, winRatePercent } = report.metrics
  if (tradeCount >= LEAST_WON && winRatePercent === 100) warnings.push(allWon(tradeCount))
  return warnings
}

/** A fair coin wins so many in a row once in a billion times. */
const LEAST_WON = 30

/** No honest strategy never loses: it knows what comes, or it never takes a loss. */
function allWon(count: number): Warning {
  return {
    code: 'all-won',
    message: `All ${grouped(count)} trades won. No strategy does: look for data from the future, or for losses that stay open and count for nothing.`,
  }
}

/** M8: names the line, which a second run with stacks finds. */
async function withoutStop({ source, options }: PreparedRun, count: number, cwd: string): Promise<Warning> {
  let place: Place | undefined
  const watched = watchEntries(source.strategy, source.url, found => {
    place ??= found
  })
  await backtest(watched, options)
  const where =
    place === undefined
      ? 'An entry'
      : `ctx.${place.call}() at ${relative(cwd, fileURLToPath(source.url))}:${place.line}`
  return {
    code: 'entry-without-stop',
    message: `${where} has no stop loss; ${grouped(count)} such entries were blocked. Live accounts refuse them. Add stopLoss, e.g. stopLoss: { pips: pips(20) }.`,
  }
}
