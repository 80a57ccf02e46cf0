import type { BacktestReport } from '@openclaw-trading/bot-engine'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { stopOutText } from '../project/stop-out.ts'
import type { Warning } from '../output.ts'
import type { PreparedRun } from '../research/prepare.ts'

type Account = PreparedRun['options']['account']

/** That the broker closed for want of margin, and that the account was lost; empty of a run that kept its margin. */
export function lostAccount(
  { trades, equity }: Pick<BacktestReport, 'trades' | 'equity'>,
  { options }: Pick<PreparedRun, 'options'>,
): readonly Warning[] {
  const warnings: Warning[] = []
  const { account } = options
  const closed = trades.filter(({ exitReason }) => exitReason === 'stop-out')
  const [first] = closed
  if (first !== undefined)
    warnings.push({
      code: 'stopped-out',
      message: `The broker closed for want of margin ${timesText(closed.length)} (stop-out at ${stopOutText(account.stopOut)}), first at ${new Date(first.closedAt).toISOString()}. ${SMALLER}`,
    })
  const below = equity.equityMinor.findIndex(minor => minor < 0)
  if (below >= 0) {
    const { digits = 2, currency } = account
    const least = equity.equityMinor.reduce((one, other) => Math.min(one, other))
    warnings.push({
      code: 'account-lost',
      message: `Equity fell below zero, first at ${new Date(equity.at[below] as number).toISOString()}, and to ${(least / 10 ** digits).toFixed(digits)} ${currency}: ${LOST}. ${whyBelowZero(account)}`,
    })
  }
  return warnings
}

/** What is kept of a run of a search. */
export interface KeptAccount {
  readonly stopOutCount: number
  readonly accountLost: boolean
}

/** The same of the runs of a search: how many of them it came to. */
export function lostAccounts(
  runs: readonly KeptAccount[],
  { options: { account } }: Pick<PreparedRun, 'options'>,
  named: 'runs' | 'folds out of sample',
): readonly Warning[] {
  const warnings: Warning[] = []
  const { stoppedOut, accountsLost } = countLost(runs)
  if (stoppedOut > 0)
    warnings.push({
      code: 'stopped-out',
      message: `The broker closed for want of margin in ${grouped(stoppedOut)} of ${grouped(runs.length)} ${named} (stop-out at ${stopOutText(account.stopOut)}). ${SMALLER}`,
    })
  if (accountsLost > 0)
    warnings.push({
      code: 'account-lost',
      message: `Equity fell below zero in ${grouped(accountsLost)} of ${grouped(runs.length)} ${named}: ${LOST}. ${whyBelowZero(account)}`,
    })
  return warnings
}

/** Runs in which the broker closed for want of margin, and those whose equity fell below zero. */
export function countLost(runs: readonly KeptAccount[]): {
  readonly stoppedOut: number
  readonly accountsLost: number
} {
  return {
    stoppedOut: runs.filter(({ stopOutCount }) => stopOutCount > 0).length,
    accountsLost: runs.filter(({ accountLost }) => accountLost).length,
  }
}

/** What became of the account of a run, for its row; `undefined`: it kept its margin. */
export function accountText({ stopOutCount, accountLost }: KeptAccount): string | undefined {
  const told = [
    ...(stopOutCount > 0 ? [`stopped out ${timesText(stopOutCount)}`] : []),
    ...(accountLost ? ['account lost'] : []),
  ]
  return told.length === 0 ? undefined : told.join(', ')
}

const SMALLER = 'Trade a smaller volume.'
const LOST = 'the account was lost there, and no figure counts from then on'

function timesText(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'time' : 'times'}`
}

function whyBelowZero({ stopOut }: Account): string {
  return stopOut === undefined
    ? 'There is no stop-out, which every broker has: state account.stopOut in claw.config.ts, or --stop-out 50.'
    : 'The stop-out came too late for a price that jumped.'
}
