import { useEffect, useRef, useState } from 'react'
import type { Instance, PositionRow } from '../contract.ts'
import { type ControlAction, controlActions } from '../status.ts'
import { Button } from './button.tsx'
import { ControlDialog } from './control-dialog.tsx'

/** Start, pause, resume and stop of an instance; each opens the dialog that asks for a reason. */
export function ControlButtons({
  row,
  simulated,
  positions = [],
  disabled = false,
}: {
  row: Instance
  simulated: boolean
  /** Where known, for the warning about positions without a stop loss. */
  positions?: readonly PositionRow[]
  disabled?: boolean
}) {
  const [asked, setAsked] = useState<ControlAction | null>(null)
  const group = useRef<HTMLFieldSetElement>(null)
  const sent = useRef(false)
  useEffect(() => {
    // The button that opened the dialog may vanish with the stored change: the group takes the focus instead.
    if (asked === null && sent.current) group.current?.focus()
    sent.current = false
  }, [asked])
  return (
    <fieldset
      ref={group}
      tabIndex={-1}
      aria-label={`Actions for ${row.botId} ${row.accountType}`}
      className="flex flex-wrap items-center gap-2"
    >
      {controlActions(row).map((action, index) => (
        <Button
          key={action.label}
          look={index === 0 && action.target === 'running' ? 'solid' : 'outline'}
          disabled={disabled}
          title={disabled ? 'The server does not answer, so nothing can be asked of it.' : undefined}
          aria-label={`${action.label.replace('…', '')} ${row.botId} ${row.accountType}`}
          onClick={() => setAsked(action)}
        >
          {action.label}
        </Button>
      ))}
      {asked !== null && (
        <ControlDialog
          action={asked}
          subject={{
            botId: row.botId,
            name: row.name,
            accountType: row.accountType,
            openPositions: Math.max(row.openPositions, positions.length),
            unprotected: positions.filter(position => position.stopLoss === null).length,
            simulated,
          }}
          onClose={() => setAsked(null)}
          onSent={() => {
            sent.current = true
          }}
        />
      )}
    </fieldset>
  )
}
