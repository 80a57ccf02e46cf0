import type { ReactNode } from 'react'
import type { Bot } from '../contract.ts'
import { amountText } from '../number-text.ts'
import { tradeStatistics } from '../trade-statistics.ts'
import { Panel } from './panel.tsx'
import { Pnl } from './pnl.tsx'

/** What the instance earned today and in all. */
export function ResultPanel({ bot, stale }: { bot: Bot; stale: boolean }) {
  const { row } = bot
  const figures = tradeStatistics(bot.trades)
  return (
    <Panel title="Result" className={stale ? 'stale' : ''}>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3">
        <Figure name="Today" big>
          {row.dayNet === null ? '—' : <Pnl value={row.dayNet} currency />}
        </Figure>
        <Figure name={`Total of ${row.tradeCount} trades`} big>
          {row.netTotal === null ? '—' : <Pnl value={row.netTotal} currency />}
        </Figure>
        <Figure name="Won">
          {figures === null
            ? '—'
            : `${figures.won} of ${figures.count} (${Math.round(figures.share * 100)} %)`}
        </Figure>
        <Figure name="Mean trade">{figures === null ? '—' : <Pnl value={figures.mean} />}</Figure>
        <Figure name="Balance">{row.balance === null ? '—' : amountText(row.balance)}</Figure>
        <Figure name="Equity">{row.equity === null ? '—' : amountText(row.equity)}</Figure>
      </dl>
      {figures !== null && figures.count < 30 && (
        <p className="mt-3 text-xs text-muted">
          n = {figures.count}: too few trades to judge the strategy by.
        </p>
      )}
    </Panel>
  )
}

function Figure({ name, big = false, children }: { name: string; big?: boolean; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className={big ? 'text-lg font-semibold' : 'font-medium'}>{children}</dd>
    </div>
  )
}
