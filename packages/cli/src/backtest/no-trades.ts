import { backtest, type BacktestReport, explainSummary } from '@openclaw-trading/bot-engine'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { Warning } from '../output.ts'
import type { PreparedRun } from '../research/prepare.ts'

/** M12: a second run in which the strategy explains itself counts its conditions and names their lines. */
export async function noTrades(
  { rows }: BacktestReport,
  { source, options }: PreparedRun,
  cwd: string,
): Promise<Warning> {
  const explained = await backtest(source.strategy, { ...options, explain: true })
  const { rules, text } = explainSummary(explained)
  const facts = shortPlaces(text, cwd)
  const asked = explained.blockedCount + explained.orderCount
  const advice =
    rules.length > 0 || asked > 0
      ? ''
      : ' State each condition, e.g. ctx.explain?.rule("below the band", close < band.lower), and run again: what never held is named with its line.'
  const list = facts === '' ? '' : `\n${facts}`
  return {
    code: 'no-trades',
    message: `0 trades in ${grouped(rows)} rows. ${whatCameOf(explained)}${advice}${list}`,
  }
}

/** What became of the entries that the strategy asked for. */
function whatCameOf({ blockedCount, orderCount, refused, open }: BacktestReport): string {
  if (blockedCount + orderCount === 0) return 'The strategy asked for no entry.'
  const refusedCount = refused.reduce((sum, { count }) => sum + count, 0)
  return [
    ...(blockedCount > 0 ? [`${entries(blockedCount)} blocked before they became orders.`] : []),
    ...(refusedCount > 0
      ? [`The venue refused ${grouped(refusedCount)} of ${grouped(orderCount)} orders (see above).`]
      : orderCount > 0
        ? [`${entries(orderCount)} sent as orders.`]
        : []),
    ...(open.length > 0 ? [`${grouped(open.length)} of them still open at the end, which is no trade.`] : []),
  ].join(' ')
}

function entries(count: number): string {
  return count === 1 ? '1 entry was' : `${grouped(count)} entries were`
}

/** Places in files as one would type them. */
function shortPlaces(text: string, cwd: string): string {
  return text.replaceAll(/file:\/\/|\?[\w=&-]+(?=:\d)/g, '').replaceAll(`${cwd}/`, '')
}
