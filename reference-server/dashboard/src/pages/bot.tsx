import { useEffect } from 'react'
import type { AccountType, Bot } from '../contract.ts'
import { toDashboardError } from '../errors.ts'
import { countText } from '../number-text.ts'
import { BackLink, BotHead } from '../parts/bot-head.tsx'
import { ChartPanel } from '../parts/chart-panel.tsx'
import { ErrorPanel } from '../parts/error-panel.tsx'
import { EventList } from '../parts/event-list.tsx'
import { Panel } from '../parts/panel.tsx'
import { ParamsPanel } from '../parts/params-panel.tsx'
import { PositionPanel } from '../parts/position-panel.tsx'
import { QuoteFilterPanel } from '../parts/quote-filter-panel.tsx'
import { RepairPanel } from '../parts/repair-panel.tsx'
import { ResultPanel } from '../parts/result-panel.tsx'
import { SessionList } from '../parts/session-list.tsx'
import { Skeleton } from '../parts/skeleton.tsx'
import { StateStrip } from '../parts/state-strip.tsx'
import { TradeTable } from '../parts/trade-table.tsx'
import { Warnings } from '../parts/warnings.tsx'
import { useBot, useFleet, useLink } from '../queries.ts'
import { isUnconfirmed, statusText } from '../status.ts'
import { useNow } from '../ticker.ts'
import { venueTime } from '../venue-clock.ts'

/** Why it traded, whether it is healthy, what may be changed. */
export function BotPage({
  botId,
  accountType,
  simulated,
}: {
  botId: string
  accountType: AccountType
  simulated: boolean
}) {
  const bot = useBot(botId, accountType)
  const link = useLink()
  useTitle(bot.data, botId, accountType, link.stale)
  if (bot.data !== undefined) return <BotBody bot={bot.data} simulated={simulated} stale={link.stale} />
  return (
    <>
      <BackLink />
      <h1 tabIndex={-1} className="mt-1 mb-4 text-xl font-semibold tracking-tight">
        {botId} <span className="text-muted">on {accountType}</span>
      </h1>
      {bot.error !== null ? (
        <ErrorPanel
          error={toDashboardError(bot.error)}
          failedAt={bot.errorUpdatedAt}
          onRetry={() => void bot.refetch()}
        />
      ) : (
        <Skeleton what={`${botId} on ${accountType}`} heights={[86, 440, 220]} />
      )}
    </>
  )
}

function BotBody({ bot, simulated, stale }: { bot: Bot; simulated: boolean; stale: boolean }) {
  const now = useNow()
  const { row, chart } = bot
  const speed = useFleet().data?.environment.clockSpeed ?? 1
  const marketNow = venueTime([row], speed, now)?.at ?? null
  const old = stale || isUnconfirmed(row, now)
  // Prices come from the process: without one the last quote is only the last known.
  const priceOld = old || row.actual !== 'running'
  return (
    <div className="flex flex-col gap-5">
      <BotHead bot={bot} simulated={simulated} stale={stale} />
      <Warnings warnings={row.warnings} old={old} />
      <StateStrip row={row} stale={stale} />
      <div className="grid gap-5 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <ChartPanel bot={bot} stale={priceOld} />
        <div className="grid content-start items-start gap-5 md:grid-cols-2 xl:grid-cols-1">
          <PositionPanel bot={bot} marketNow={marketNow} stale={priceOld} />
          <ResultPanel bot={bot} stale={old} />
          <QuoteFilterPanel bot={bot} simulated={simulated} stale={old} offline={stale} />
          <RepairPanel bot={bot} stale={priceOld} offline={stale} />
        </div>
      </div>
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-5">
          <Panel
            title="Trades"
            flush
            aside={
              <span className="text-xs text-muted">{countText(row.tradeCount, 'trade')}, market time</span>
            }
          >
            <TradeTable trades={bot.trades} digits={chart?.digits ?? 2} marketNow={marketNow} />
          </Panel>
          <Panel title="Events" flush>
            <EventList events={bot.events} />
          </Panel>
        </div>
        <div className="grid min-w-0 items-start gap-5 md:grid-cols-2 xl:grid-cols-1">
          <ParamsPanel bot={bot} />
          <Panel title="Sessions" flush>
            <SessionList sessions={bot.sessions} unconfirmed={priceOld} />
          </Panel>
        </div>
      </div>
    </div>
  )
}

function useTitle(bot: Bot | undefined, botId: string, accountType: AccountType, stale: boolean): void {
  const now = useNow()
  const text =
    bot === undefined ? '' : ` · ${stale ? 'offline' : statusText(bot.row, now, false).label.split(',')[0]}`
  const title = `${accountType === 'live' ? '● LIVE ' : ''}${botId}${text} · OpenClaw Trading`
  useEffect(() => {
    document.title = title
  }, [title])
}
