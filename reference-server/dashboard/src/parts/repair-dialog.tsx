import { useMutation, useQueryClient } from '@tanstack/react-query'
import { postRepair } from '../api.ts'
import type { Instance } from '../contract.ts'
import { toDashboardError } from '../errors.ts'
import { say } from '../live.ts'
import type { RepairAction } from '../repairs.ts'
import { showToast } from '../toasts.ts'
import { LaneTag } from './lane-tag.tsx'
import { Modal } from './modal.tsx'
import { ReasonForm } from './reason-form.tsx'

/** Spells out what a repair will do, asks for a reason, and sends it once. */
export function RepairDialog({
  action,
  row,
  onClose,
}: {
  action: RepairAction
  row: Instance
  onClose: () => void
}) {
  const client = useQueryClient()
  const { botId, accountType, name } = row
  const repair = useMutation({
    mutationFn: (reason: string) => postRepair({ botId, accountType, work: action.work, reason }),
    onSuccess: () => {
      const text = `${botId} ${accountType}: waits for the next start.`
      showToast(text)
      say(text)
      void client.invalidateQueries()
      onClose()
    },
  })
  return (
    <Modal title={`${action.verb} ${botId} on ${accountType}?`} onClose={onClose}>
      <p className="flex items-center gap-2 text-muted">
        {name} <LaneTag accountType={accountType} />
      </p>
      <p className="mt-3 rounded-lg bg-raised px-3 py-2.5">{action.consequence}</p>
      <ReasonForm
        botId={botId}
        send={action.label.replace('…', '')}
        danger
        mustType={accountType === 'live' ? `Type ${botId} to do so on the LIVE account` : undefined}
        busy={repair.isPending}
        error={repair.error === null ? null : toDashboardError(repair.error)}
        unknownHint="See what waits on the bot's page before you send it again."
        onSend={repair.mutate}
        onCancel={onClose}
      />
    </Modal>
  )
}
