import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { putControl } from '../api.ts'
import type { AccountType } from '../contract.ts'
import { type DashboardError, toDashboardError } from '../errors.ts'
import { say } from '../live.ts'
import { type ControlAction, consequence } from '../status.ts'
import { showToast } from '../toasts.ts'
import { Button } from './button.tsx'
import { Field } from './field.tsx'
import { LaneTag } from './lane-tag.tsx'
import { Modal } from './modal.tsx'

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

const MAX_REASON = 500

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
        action={action}
        subject={subject}
        busy={change.isPending}
        error={error}
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

function ReasonForm({
  action,
  subject,
  busy,
  error,
  onSend,
  onCancel,
}: {
  action: ControlAction
  subject: ControlSubject
  busy: boolean
  error: DashboardError | null
  onSend: (reason: string) => void
  onCancel: () => void
}) {
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const [tried, setTried] = useState(false)
  // What may cost money on a live account, a start or the end of a protection, takes the bot's id typed out.
  const mustType =
    subject.accountType === 'live' &&
    (action.quoteFilter === undefined ? action.target === 'running' : !action.quoteFilter)
  const missing = reason.trim() === ''
  const mistyped = mustType && typed !== subject.botId
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!missing && !mistyped && !busy) onSend(reason.trim())
  }
  return (
    <form noValidate onSubmit={submit} className="mt-4 flex flex-col gap-4">
      <Field
        label="Reason (required)"
        hint="Kept with the change, for whoever asks later."
        error={tried && missing ? 'Say why. One sentence is enough.' : null}
        value={reason}
        maxLength={MAX_REASON}
        multiline
        first
        onChange={setReason}
      />
      {mustType && (
        <Field
          label={`Type ${subject.botId} to ${action.quoteFilter === undefined ? 'start it' : 'do so'} on the LIVE account`}
          error={tried && mistyped ? `Type ${subject.botId} exactly.` : null}
          value={typed}
          maxLength={40}
          onChange={setTyped}
        />
      )}
      {error !== null && <SendError error={error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button
          type="submit"
          look={action.target === 'stopped' || action.quoteFilter === false ? 'danger' : 'solid'}
          disabled={busy}
        >
          {busy ? 'Sending…' : `${action.verb} ${subject.botId}`}
        </Button>
      </div>
    </form>
  )
}

function SendError({ error }: { error: DashboardError }) {
  const id = useId()
  const unknown = error.code === 'unreachable' || error.code === 'timed-out' || error.code === 'bad-answer'
  return (
    <div role="alert" aria-labelledby={id} className="failed rounded-lg border px-3 py-2.5">
      <p id={id} className="font-medium text-bad">
        {unknown ? 'No answer: it is unknown whether the change was stored' : 'The change was refused'}
      </p>
      <p className="mt-1 break-words">{error.message}</p>
      {unknown && <p className="mt-1 text-muted">See the DB lamp of the bot before you send it again.</p>}
    </div>
  )
}
