import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { backtest, type BacktestReport } from '@openclaw-trading/bot-engine'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { Warning } from '../output.ts'
import { unusedTiers } from '../project/leverage.ts'
import type { PreparedRun } from '../research/prepare.ts'
import { DEFAULT_SPREAD_TICKS } from '../research/venue-options.ts'
import { type Place, watchEntries } from './entry-place.ts'
import { lostAccount } from './lost-account.ts'
import { noTrades } from './no-trades.ts'
import { refusals } from './refused-orders.ts'

/** What the author should know of a run before he believes it. */
export async function warningsOf(
  report: BacktestReport,
  prepared: PreparedRun,
  cwd: string,
): Promise<readonly Warning[]> {
  const warnings: Warning[] = [...prepared.data.notes]
  const spread = spreadOfGold(prepared)
  if (spread !== undefined) warnings.push(spread)
  const unused = unusedTiers(prepared.data)
  if (unused !== undefined) warnings.push({ code: 'tiers-unused', message: unused })
  if (report.blocked.some(({ reason }) => reason.includes('a stop loss is required and the entry')))
    warnings.push(await withoutStop(prepared, cwd))
  warnings.push(...refusals(report, prepared.data.instrument, report.orderCount))
  warnings.push(...lostAccount(report, prepared))
  if (report.trades.length === 0) warnings.push(await noTrades(report, prepared, cwd))
  const { tradeCount, winRatePercent } = report.metrics
  if (tradeCount >= LEAST_WON && winRatePercent === 100) warnings.push(allWon(tradeCount))
  return warnings
}

/** The default spread is told with a symbol that it is not usual of: it is the largest cost of most strategies. */
function spreadOfGold({ data: { columns, instrument }, project }: PreparedRun): Warning | undefined {
  const { spreadTicks } = project.config.market
  if (columns.type !== 'bars' || spreadTicks !== undefined || instrument.base === 'XAU') return undefined
  const price = (DEFAULT_SPREAD_TICKS / 10 ** instrument.digits).toFixed(instrument.digits)
  return {
    code: 'default-spread',
    message: `${instrument.name} runs with the default spread of ${DEFAULT_SPREAD_TICKS} points (${price}), which is usual of gold. State the one of your broker in claw.config.ts: market: { spreadTicks: … }.`,
  }
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

/** M8: names the line, which a second run with stacks finds; it counts too, because a report keeps the first blocks alone. */
async function withoutStop({ source, options }: PreparedRun, cwd: string): Promise<Warning> {
  let place: Place | undefined
  let count = 0
  const watched = watchEntries(source.strategy, source.url, found => {
    place ??= found
    count += 1
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
