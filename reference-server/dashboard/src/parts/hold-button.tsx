import { useQueryClient } from '@tanstack/react-query'
import { holdStore, toggleHold } from '../live.ts'
import { useStore } from '../store.ts'
import { clockText } from '../time-text.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

/** Holds the view still or lets it go on. */
export function HoldButton() {
  const client = useQueryClient()
  const held = useStore(holdStore) !== null
  return (
    <button
      type="button"
      aria-pressed={held}
      aria-label="Hold the view still"
      title={held ? 'Go on with live updates (p)' : 'Hold the view still; trading goes on (p)'}
      onClick={() => toggleHold(client)}
      className="grid size-8 place-items-center rounded-lg text-muted hover:bg-raised hover:text-ink"
    >
      <Icon name={held ? 'play' : 'pause'} />
    </button>
  )
}

/** Says that the view is held, since when and how much is waiting. */
export function HoldBanner() {
  const client = useQueryClient()
  const hold = useStore(holdStore)
  if (hold === null) return null
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-warn/40 bg-warn/10 px-4 py-2 sm:px-6">
      <p className="flex-1">
        <strong className="font-semibold">View held since {clockText(hold.since)} UTC.</strong> Trading goes
        on; {hold.waiting} updates are waiting.
      </p>
      <Button onClick={() => toggleHold(client)}>Go on</Button>
    </div>
  )
}
