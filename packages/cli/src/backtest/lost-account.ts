import type { BacktestReport } from '@openclaw-trading/bot-engine'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { stopOutText } from '../project/stop-out.ts'
import type { Warning } from '../output.ts'
import type { PreparedRun } from '../research/prepare.ts'

/** That the broker closed for want of margin, and that the account was lost; empty of a run that kept its margin. */
export function lostAccount(
  { trades, equity }: Pick<BacktestReport, 'trades' | 'equity'>,
  { options }: Pick<PreparedRun, 'options'>,
): readonly Warning[] {
  const warnings: Warning[] = []
  const { stopOut, currency } = options.account
  const closed = trades.filter(({ exitReason }) => exitReason === 'stop-out')
  const [first] = closed
  if (first !== undefined)
    warnings.push({
      code: 'stopped-out',
      message: `The broker closed for want of margin ${grouped(closed.length)} ${closed.length === 1 ? 'time' : 'times'} (stop-out at ${stopOutText(stopOut)}), first at ${new Date(first.closedAt).toISOString()}. Trade a smaller volume.`,
    })
  const below = equity.equityMinor.findIndex(minor => minor < 0)
  if (below >= 0) {
    const { digits = 2 } = options.account
    const least = equity.equityMinor.reduce((one, other) => Math.min(one, other))
    const why =
      stopOut === undefined
        ? 'There is no stop-out, which every broker has: state account.stopOut in claw.config.ts, or --stop-out 50.'
        : 'The stop-out came too late for a price that jumped.'
    warnings.push({
      code: 'account-lost',
      message: `Equity fell below zero, first at ${new Date(equity.at[below] as number).toISOString()}, and to ${(least / 10 ** digits).toFixed(digits)} ${currency}: the account was lost there, and no figure counts from then on. ${why}`,
    })
  }
  return warnings
}
