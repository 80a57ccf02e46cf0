import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { withdrawRepair } from '../api.ts'
import type { Bot, Instance, RepairRow } from '../contract.ts'
import { toDashboardError } from '../errors.ts'
import {
  lockName,
  type RepairAction,
  releaseAction,
  repairHindrance,
  repairText,
  RESET,
  settleActions,
  shownRepairs,
} from '../repairs.ts'
import { absoluteText } from '../time-text.ts'
import { Button } from './button.tsx'
import { Panel } from './panel.tsx'
import { SendError } from './reason-form.tsx'
import { RelativeTime } from './relative-time.tsx'
import { RepairDialog } from './repair-dialog.tsx'

/** What blocks the bot and what it has kept, and what a person may have done to it. */
export function RepairPanel({
  bot,
  stale,
  offline,
}: {
  bot: Bot
  /** The process has not spoken lately: its word is an old one. */
  stale: boolean
  /** The server does not answer. */
  offline: boolean
}) {
  const [asked, setAsked] = useState<RepairAction | null>(null)
  const { row, keepsState } = bot
  const hindrance = repairHindrance(row)
  const { waiting, settled } = shownRepairs(bot)
  const button = (action: RepairAction) => (
    <Button
      key={action.verb}
      disabled={offline || hindrance !== null}
      title={hindrance ?? undefined}
      aria-label={`${action.verb} ${row.botId} ${row.accountType}`}
      onClick={() => setAsked(action)}
    >
      {action.label}
    </Button>
  )
  const isEmpty = row.locks.length === 0 && row.unsettled.length === 0 && !keepsState
  return (
    <Panel
      title="Locks and kept state"
      flush
      aside={
        stale && row.locks.length + row.unsettled.length > 0 ? (
          <span className="text-xs text-muted">as last told</span>
        ) : undefined
      }
    >
      <ul>
        {row.locks.map(lock => (
          <Item
            key={lockName(lock)}
            name={lockName(lock)}
            text={lock.reason}
            old={stale}
            aside={actionsOf(releaseAction(lock), button)}
          />
        ))}
        {row.unsettled.map(entry => (
          <Item
            key={entry.orderId}
            name={`Order ${entry.orderId}`}
            text={unsettledText(entry)}
            old={stale}
            aside={settleActions(entry).map(button)}
          />
        ))}
      </ul>
      {keepsState && (
        <Item
          as="div"
          name="State of the strategy"
          text="Kept across restarts. Reset it when it does not fit the strategy any more."
          aside={[button(RESET)]}
        />
      )}
      {isEmpty && waiting.length === 0 && (
        <p className="px-4 py-3 text-muted">Nothing blocks it, and its strategy keeps no state.</p>
      )}
      {waiting.length > 0 && <Waiting row={row} repairs={waiting} disabled={offline || hindrance !== null} />}
      {settled.length > 0 && <Settled repairs={settled} />}
      {hindrance !== null && !isEmpty && <p className="px-4 py-2.5 text-xs text-muted">{hindrance}</p>}
      {asked !== null && <RepairDialog action={asked} row={row} onClose={() => setAsked(null)} />}
    </Panel>
  )
}

function actionsOf(action: RepairAction | null, button: (action: RepairAction) => ReactNode) {
  return action === null ? [] : [button(action)]
}

function unsettledText({ at, isLeft }: Instance['unsettled'][number]): string {
  const sent = `Decided ${absoluteText(at)} market time, outcome unknown.`
  return isLeft
    ? `${sent} Only a person can settle it: look for it at the broker.`
    : `${sent} The bot looks for it itself.`
}

function Item({
  name,
  text,
  aside,
  old = false,
  as: Tag = 'li',
}: {
  name: string
  text: string
  aside: readonly ReactNode[]
  /** What it says is an old word. */
  old?: boolean
  as?: 'li' | 'div'
}) {
  return (
    <Tag className="border-b border-hairline px-4 py-2.5">
      <div className={old ? 'stale -mx-4 px-4' : ''}>
        <p className="font-medium break-words">{name}</p>
        <p className="break-words text-muted">{text}</p>
      </div>
      {aside.length > 0 && <div className="mt-2 flex flex-wrap gap-2">{aside}</div>}
    </Tag>
  )
}

function Waiting({
  row,
  repairs,
  disabled,
}: {
  row: Instance
  repairs: readonly RepairRow[]
  disabled: boolean
}) {
  const client = useQueryClient()
  const back = useMutation({
    mutationFn: (repairId: number) => withdrawRepair(row, repairId),
    onSettled: () => void client.invalidateQueries(),
  })
  return (
    <div className="border-b border-hairline px-4 py-2.5">
      <h3 className="text-2xs font-medium tracking-wide text-muted uppercase">At the next start</h3>
      <ul>
        {repairs.map(repair => (
          <li key={repair.repairId} className="mt-1.5">
            <p className="font-medium break-words">{repairText(repair.work)}</p>
            <p className="break-words text-muted">
              {repair.askedBy}: {repair.reason} · <RelativeTime at={repair.askedAt} />
            </p>
            <Button
              className="mt-1.5"
              disabled={disabled || back.isPending}
              aria-label={`Take back: ${repairText(repair.work)}`}
              onClick={() => back.mutate(repair.repairId)}
            >
              Take back
            </Button>
          </li>
        ))}
      </ul>
      {back.error !== null && (
        <div className="mt-2">
          <SendError error={toDashboardError(back.error)}>See whether it still waits.</SendError>
        </div>
      )}
    </div>
  )
}

const STATUS_TEXT = {
  applied: 'Done',
  refused: 'Refused',
  withdrawn: 'Taken back',
  waiting: 'Waits',
} as const

function Settled({ repairs }: { repairs: readonly RepairRow[] }) {
  return (
    <div className="px-4 py-2.5">
      <h3 className="text-2xs font-medium tracking-wide text-muted uppercase">Before</h3>
      <ul>
        {repairs.map(({ repairId, work, status, result, settledAt, reason, askedBy }) => (
          <li key={repairId} className="mt-1.5">
            <p className="break-words">
              <span className={`font-medium ${status === 'refused' ? 'text-warn' : ''}`}>
                {STATUS_TEXT[status]}
              </span>
              : {repairText(work)}
              {settledAt !== null && (
                <span className="text-xs text-muted">
                  {' · '}
                  <RelativeTime at={settledAt} />
                </span>
              )}
            </p>
            <p className="text-xs break-words text-muted">
              {result} Asked for by {askedBy}: {reason}
            </p>
          </li>
        ))}
      </ul>
    </div>
  )
}
