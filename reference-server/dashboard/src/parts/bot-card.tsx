import type { Instance } from '../contract.ts'
import { countText } from '../number-text.ts'
import { useResultCurve } from '../queries.ts'
import { botPath } from '../router.ts'
import { isUnconfirmed } from '../status.ts'
import { useNow } from '../ticker.ts'
import { ControlButtons } from './control-buttons.tsx'
import { Icon } from './icon.tsx'
import { LampRow } from './lamp-row.tsx'
import { LaneTag } from './lane-tag.tsx'
import { Link } from './link.tsx'
import { Pnl } from './pnl.tsx'
import { Sparkline } from './sparkline.tsx'
import { StatusChip, SyncWord } from './status-chip.tsx'
import { TONE_TEXT } from './tones.ts'

/** An instance in its lane: what should be, what is, when that was confirmed, and what it earned. */
export function BotCard({ row, simulated, stale }: { row: Instance; simulated: boolean; stale: boolean }) {
  const now = useNow()
  const old = stale || isUnconfirmed(row, now)
  const live = row.accountType === 'live'
  return (
    <article
      aria-label={`${row.botId} ${row.name}, ${row.accountType}`}
      className={`@container relative overflow-hidden rounded-xl border border-hairline bg-background shadow-(--shadow) ${live ? 'border-l-4 border-l-lane-live' : ''}`}
    >
      <div className="flex flex-col gap-3 p-4">
        <CardHead row={row} />
        <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1.5">
          <StatusChip row={row} stale={stale} />
          <SyncWord row={row} />
        </div>
        <Why row={row} />
        <FirstWarning row={row} old={old} />
        <div className={`-mx-4 border-y border-hairline px-4 py-2.5 ${stale ? 'stale' : ''}`}>
          <LampRow row={row} stale={stale} />
        </div>
        <CardFigures row={row} old={old} />
        <ControlButtons row={row} simulated={simulated} disabled={stale} />
      </div>
    </article>
  )
}

function CardHead({ row }: { row: Instance }) {
  return (
    <div className="min-w-0">
      <div className="flex items-center gap-2">
        <h3 className="min-w-0 text-[0.9375rem] font-semibold">
          <Link
            href={botPath(row.botId, row.accountType)}
            data-card
            className="flex min-h-6 items-center gap-1 rounded-sm hover:underline hover:underline-offset-4"
          >
            <span>
              <span className="text-muted">{row.botId}</span> {row.name}
            </span>
            <Icon name="forward" size={14} />
          </Link>
        </h3>
        <span className="ml-auto shrink-0">
          <LaneTag accountType={row.accountType} />
        </span>
      </div>
      <p className="mt-0.5 text-xs text-muted">
        {row.symbol} · {row.timeframe} · parameters v{row.paramsVersion}
      </p>
    </div>
  )
}

/** Why it is as it is: the server's sentence, else the operator's reason for a pause or stop. */
function Why({ row }: { row: Instance }) {
  const asked = row.desired === 'running' || row.desiredReason === '' ? '' : `“${row.desiredReason}”`
  const text = row.statusDetail === '' ? asked : row.statusDetail
  return text === '' ? null : <p className="text-[0.8125rem] break-words text-muted">{text}</p>
}

/** The worst of what its page warns of. */
function FirstWarning({ row: { warnings }, old }: { row: Instance; old: boolean }) {
  const [first, ...more] = warnings
  if (first === undefined) return null
  return (
    <p
      className={`flex items-start gap-1.5 text-[0.8125rem] break-words ${TONE_TEXT[first.level]} ${old ? 'stale' : ''}`}
    >
      <Icon name="warning" size={14} />
      <span className="min-w-0">
        <span className="sr-only">Warning: </span>
        {first.text}
        {more.length > 0 && ` And ${countText(more.length, 'more warning')}.`}
      </span>
    </p>
  )
}

function CardFigures({ row, old }: { row: Instance; old: boolean }) {
  const curve = useResultCurve(row)
  return (
    <div className={`-mx-4 -my-1 flex flex-col gap-1 px-4 py-1 ${old ? 'stale' : ''}`}>
      <div className="flex items-center justify-between gap-3">
        <div>
          <p className="text-xs text-muted">{old ? 'Today, last known' : 'Today'}</p>
          <p className="text-xl leading-7 font-semibold">
            {row.dayNet === null ? (
              <span className="text-base text-muted">no trades</span>
            ) : (
              <Pnl value={row.dayNet} currency />
            )}
          </p>
        </div>
        <span className="hidden shrink-0 @min-[17rem]:block">
          <Sparkline values={curve} />
        </span>
      </div>
      <p className="text-xs text-muted">
        <span className="font-medium text-ink">{countText(row.openPositions, 'position')}</span> open ·{' '}
        {countText(row.tradeCount, 'trade')}
        {row.netTotal !== null && (
          <>
            {' · total '}
            <Pnl value={row.netTotal} />
          </>
        )}
      </p>
    </div>
  )
}
