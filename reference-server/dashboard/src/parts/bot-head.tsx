import type { Bot } from '../contract.ts'
import { ControlButtons } from './control-buttons.tsx'
import { Icon } from './icon.tsx'
import { LaneTag } from './lane-tag.tsx'
import { Link } from './link.tsx'
import { StatusChip } from './status-chip.tsx'

/** Which bot this is, how it is, and what may be asked of it. */
export function BotHead({ bot, simulated, stale }: { bot: Bot; simulated: boolean; stale: boolean }) {
  const { row } = bot
  return (
    <div className={row.accountType === 'live' ? 'border-l-4 border-lane-live pl-4' : ''}>
      <BackLink />
      <div className="mt-1 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 tabIndex={-1} className="text-xl font-semibold tracking-tight">
            <span className="text-muted">{row.botId}</span> {row.name}
          </h1>
          <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.8125rem] text-muted">
            <LaneTag accountType={row.accountType} />
            {row.symbol} · {row.timeframe}
            <StatusChip row={row} stale={stale} />
          </p>
        </div>
        <ControlButtons row={row} simulated={simulated} positions={bot.positions} disabled={stale} />
      </div>
      {row.statusDetail !== '' && <p className="mt-2 max-w-3xl">{row.statusDetail}</p>}
    </div>
  )
}

/** The way back to the fleet. */
export function BackLink() {
  return (
    <Link
      href="/"
      className="-ml-1 inline-flex min-h-6 items-center gap-1 rounded-sm pr-1 text-[0.8125rem] text-muted hover:text-ink"
    >
      <Icon name="back" size={14} /> Fleet
    </Link>
  )
}
