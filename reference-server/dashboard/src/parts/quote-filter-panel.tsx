import { useState } from 'react'
import type { Bot } from '../contract.ts'
import { quoteFilterView } from '../quote-filter-view.ts'
import { filterAction } from '../status.ts'
import { Button } from './button.tsx'
import { ControlDialog } from './control-dialog.tsx'
import { Panel } from './panel.tsx'
import { TONE_TEXT } from './tones.ts'

/** What the filter of quotes has kept from the strategy, and its switch. */
export function QuoteFilterPanel({
  bot: { row, positions },
  simulated,
  stale,
  offline,
}: {
  bot: Bot
  simulated: boolean
  /** The process has not spoken lately. */
  stale: boolean
  /** The server does not answer. */
  offline: boolean
}) {
  const [asked, setAsked] = useState(false)
  const view = quoteFilterView(row, !stale)
  const action = filterAction(row)
  return (
    <Panel
      title="Quote filter"
      className={stale ? 'stale' : ''}
      aside={
        <Button
          disabled={offline}
          aria-label={`${action.label.replace('…', '')} the quote filter of ${row.botId} ${row.accountType}`}
          onClick={() => setAsked(true)}
        >
          {action.label}
        </Button>
      }
    >
      <p className={`font-medium ${TONE_TEXT[view.tone]}`}>{view.label}</p>
      {view.figures.length > 0 && (
        <dl className="mt-2 grid grid-cols-[1fr_auto] gap-x-4 gap-y-1">
          {view.figures.map(({ name, value }) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="text-right font-medium">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {asked && (
        <ControlDialog
          action={action}
          subject={{
            botId: row.botId,
            name: row.name,
            accountType: row.accountType,
            openPositions: Math.max(row.openPositions, positions.length),
            unprotected: positions.filter(position => position.stopLoss === null).length,
            simulated,
          }}
          onClose={() => setAsked(false)}
        />
      )}
    </Panel>
  )
}
