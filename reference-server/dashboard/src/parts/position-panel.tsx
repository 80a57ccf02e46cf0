import type { Bot } from '../contract.ts'
import { EmptyState } from './empty-state.tsx'
import { Panel } from './panel.tsx'
import { PositionCard } from './position-card.tsx'

/** The open positions of an instance. */
export function PositionPanel({
  bot,
  marketNow,
  stale,
}: {
  bot: Bot
  marketNow: number | null
  stale: boolean
}) {
  const { positions, chart, row } = bot
  const unmanaged = positions.length > 0 && row.actual !== 'running'
  return (
    <Panel
      title="Open positions"
      flush
      aside={<span className="text-xs text-muted">{positions.length === 0 ? 'none' : positions.length}</span>}
    >
      {unmanaged && (
        <p className="border-b border-warn/40 bg-warn/10 px-4 py-2.5 text-[0.8125rem]">
          The bot does not run, so nobody manages{' '}
          {positions.length === 1 ? 'this position' : 'these positions'}. Stop loss and take profit stay at
          the broker.
        </p>
      )}
      {positions.length === 0 ? (
        <EmptyState title="No open position">{idleSentence(bot)}</EmptyState>
      ) : (
        positions.map(position => (
          <PositionCard
            key={position.positionId}
            position={position}
            quote={chart?.symbol === position.symbol ? chart.quote : null}
            digits={chart?.digits ?? 2}
            marketNow={marketNow}
            stale={stale}
          />
        ))
      )}
    </Panel>
  )
}

function idleSentence({ row }: Bot): string {
  if (row.actual === 'starting') return 'The bot is starting.'
  if (row.actual !== 'running') return 'The bot does not run.'
  return row.entriesEnabled ? 'The bot waits for its next signal.' : 'Entries are off: the bot opens nothing.'
}
