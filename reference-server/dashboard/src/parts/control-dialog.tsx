import { useMutation, useQueryClient } from '@tanstack/react-query'
import { putControl } from '../api.ts'
import type { AccountType } from '../contract.ts'
import { toDashboardError } from '../errors.ts'
import { say } from '../live.ts'
import { type ControlAction, consequence } from '../status.ts'
import { showToast } from '../toasts.ts'
import { LaneTag } from './lane-tag.tsx'
import { Modal } from './modal.tsx'
import { ReasonForm } from './reason-form.tsx'

/** What the dialog is about. */
export interface ControlSubject {
  readonly botId: string
  readonly name: string
  readonly accountType: AccountType
  readonly openPositions: number
  /** Open positions without a stop loss. */
  readonly unprotected: number
  readonly simulated: boolean
}

/** Asks for a reason, spells out what will follow, and sends the change once. */
export function ControlDialog({
  action,
  subject,
  onClose,
  onSent,
}: {
  action: ControlAction
  subject: ControlSubject
  onClose: () => void
  /** The change was stored; `onClose` follows. */
  onSent?: () => void
}) {
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (reason: string) =>
      putControl({
        botId: subject.botId,
        accountType: subject.accountType,
        status: action.target,
        reason,
        quoteFilter: action.quoteFilter,
      }),
    onSuccess: () => {
      const text = `${subject.botId} ${subject.accountType}: ${sentText(action)}`
      showToast(text)
      say(text)
      void client.invalidateQueries()
      onSent?.()
      onClose()
    },
  })
  const error = change.error === null ? null : toDashboardError(change.error)
  return (
    <Modal title={`${action.verb} ${subject.botId} on ${subject.accountType}?`} onClose={onClose}>
      <p className="flex items-center gap-2 text-muted">
        {subject.name} <LaneTag accountType={subject.accountType} />
      </p>
      <p className="mt-3 rounded-lg bg-raised px-3 py-2.5">{consequence(action, subject)}</p>
      <ReasonForm
        botId={subject.botId}
        send={`${action.verb} ${subject.botId}`}
        danger={action.target === 'stopped' || action.quoteFilter === false}
        mustType={typedLabel(action, subject)}
        busy={change.isPending}
        error={error}
        unknownHint="See the DB lamp of the bot before you send it again."
        onSend={change.mutate}
        onCancel={onClose}
      />
    </Modal>
  )
}

function sentText({ target, quoteFilter }: ControlAction): string {
  if (quoteFilter === undefined) return `asked to be ${target}. Waiting for the bot to confirm.`
  return `quote filter ${quoteFilter ? 'on' : 'off'} from the next start.`
}

/** What may cost money on a live account, a start or the end of a protection, takes the bot's id typed out. */
function typedLabel(action: ControlAction, { accountType, botId }: ControlSubject): string | undefined {
  const mustType =
    accountType === 'live' &&
    (action.quoteFilter === undefined ? action.target === 'running' : !action.quoteFilter)
  if (!mustType) return undefined
  return `Type ${botId} to ${action.quoteFilter === undefined ? 'start it' : 'do so'} on the LIVE account`
}
