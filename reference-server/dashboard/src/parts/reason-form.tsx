import { type FormEvent, type ReactNode, useId, useState } from 'react'
import type { DashboardError } from '../errors.ts'
import { Button } from './button.tsx'
import { Field } from './field.tsx'

const MAX_REASON = 500

/** Asks why before something is sent; with `mustType` also for the bot's id, typed out. */
export function ReasonForm({
  botId,
  send,
  danger,
  mustType,
  busy,
  error,
  unknownHint,
  onSend,
  onCancel,
}: {
  botId: string
  /** Text of the button that sends. */
  send: string
  danger: boolean
  /** Label of the second field; absent: there is none. */
  mustType?: string | undefined
  busy: boolean
  error: DashboardError | null
  /** Where to look when no answer came. */
  unknownHint: string
  onSend: (reason: string) => void
  onCancel: () => void
}) {
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const [tried, setTried] = useState(false)
  const missing = reason.trim() === ''
  const mistyped = mustType !== undefined && typed !== botId
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
      {mustType !== undefined && (
        <Field
          label={mustType}
          error={tried && mistyped ? `Type ${botId} exactly.` : null}
          value={typed}
          maxLength={40}
          onChange={setTyped}
        />
      )}
      {error !== null && <SendError error={error}>{unknownHint}</SendError>}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look={danger ? 'danger' : 'solid'} disabled={busy}>
          {busy ? 'Sending…' : send}
        </Button>
      </div>
    </form>
  )
}

/** Why a change was not stored, or that nobody knows. */
export function SendError({ error, children }: { error: DashboardError; children: ReactNode }) {
  const id = useId()
  const unknown = error.code === 'unreachable' || error.code === 'timed-out' || error.code === 'bad-answer'
  return (
    <div role="alert" aria-labelledby={id} className="failed rounded-lg border px-3 py-2.5">
      <p id={id} className="font-medium text-bad">
        {unknown ? 'No answer: it is unknown whether the change was stored' : 'The change was refused'}
      </p>
      <p className="mt-1 break-words">{error.message}</p>
      {unknown && <p className="mt-1 text-muted">{children}</p>}
    </div>
  )
}
