import { useState } from 'react'
import type { BacklogRow } from '../contract.ts'
import { botPath } from '../router.ts'
import { Button } from './button.tsx'
import { ControlDialog } from './control-dialog.tsx'
import { Link } from './link.tsx'

/** A strategy that does not run: what it is, what it bets on, and the way onto the demo account. */
export function BacklogCard({
  row,
  simulated,
  stale,
}: {
  row: BacklogRow
  simulated: boolean
  stale: boolean
}) {
  const [asked, setAsked] = useState(false)
  return (
    <article
      aria-label={`${row.botId} ${row.name}, backlog`}
      className={`rounded-xl border border-hairline bg-background p-4 shadow-(--shadow) ${stale ? 'stale' : ''}`}
    >
      <h3 className="text-[0.9375rem] font-semibold">
        <Link
          href={botPath(row.botId, 'demo')}
          data-card
          className="inline-flex min-h-6 items-center gap-1 rounded-sm hover:underline hover:underline-offset-4"
        >
          <span>
            <span className="text-muted">{row.botId}</span> {row.name}
          </span>
        </Link>
      </h3>
      <p className="mt-0.5 text-xs text-muted">{row.symbol}</p>
      <p className="mt-2 text-[0.8125rem]">{row.description}</p>
      {row.hypothesis !== '' && (
        <p className="mt-2 text-[0.8125rem] text-muted">
          <span className="font-medium">Bets on: </span>
          {row.hypothesis}
        </p>
      )}
      <div className="mt-3">
        <Button
          disabled={stale}
          aria-label={`Start ${row.botId} on demo`}
          title={stale ? 'The server does not answer, so nothing can be asked of it.' : undefined}
          onClick={() => setAsked(true)}
        >
          Start on demo…
        </Button>
      </div>
      {asked && (
        <ControlDialog
          action={{ target: 'running', label: 'Start…', verb: 'Start' }}
          subject={{ ...row, accountType: 'demo', openPositions: 0, unprotected: 0, simulated }}
          onClose={() => setAsked(false)}
        />
      )}
    </article>
  )
}
