import { useState } from 'react'
import { type DashboardError, explainError } from '../errors.ts'
import { POLL_EVERY_MS } from '../queries.ts'
import { useNow } from '../ticker.ts'
import { absoluteText } from '../time-text.ts'
import { Button } from './button.tsx'
import { EmptyState } from './empty-state.tsx'
import { Icon } from './icon.tsx'
import { Link } from './link.tsx'

/** Why something could not be shown, what works all the same, and a way on. */
export function ErrorPanel({
  error,
  failedAt,
  onRetry,
}: {
  error: DashboardError
  failedAt: number
  onRetry: () => void
}) {
  if (error.code === 'forbidden') return <Forbidden error={error} />
  if (error.code === 'not-found') return <Absent error={error} />
  return <Failed error={error} failedAt={failedAt} onRetry={onRetry} />
}

function Failed({
  error,
  failedAt,
  onRetry,
}: {
  error: DashboardError
  failedAt: number
  onRetry: () => void
}) {
  const now = useNow()
  const [copied, setCopied] = useState(false)
  const text = explainError(error)
  const waitS = Math.max(0, Math.ceil((failedAt + POLL_EVERY_MS - now) / 1000))
  const code = error.serverCode ?? error.code
  const copy = () => {
    const details = `${absoluteText(failedAt)} ${code} status=${error.status ?? 'none'} ${location.href}\n${error.message}`
    void navigator.clipboard?.writeText(details).then(() => setCopied(true))
  }
  return (
    <div role="alert" className="failed rounded-xl border bg-background p-5">
      <div className="flex items-start gap-3">
        <span className="mt-0.5 text-bad">
          <Icon name="warning" size={20} />
        </span>
        <div className="min-w-0 flex-1">
          <p className="text-base font-semibold">{text.title}</p>
          <p className="mt-1 break-words">{error.message}</p>
          <p className="mt-1 text-muted">{text.still}</p>
          <p className="mt-2 font-mono text-xs text-muted">
            {code}
            {error.status === null ? '' : ` · status ${error.status}`} · {absoluteText(failedAt)}
          </p>
          <div className="mt-4 flex flex-wrap items-center gap-2">
            <Button look="solid" onClick={onRetry}>
              Retry now
            </Button>
            <Button onClick={copy}>{copied ? 'Copied' : 'Copy details'}</Button>
            <span className="text-[0.8125rem] text-muted">
              {waitS > 0 ? `Tries again by itself in ${waitS} s` : 'Trying again…'}
            </span>
          </div>
        </div>
      </div>
    </div>
  )
}

function Forbidden({ error }: { error: DashboardError }) {
  return (
    <div className="rounded-xl border border-line bg-background">
      <EmptyState
        icon="lock"
        title="You may not see this"
        action={<Button onClick={() => location.reload()}>Try again</Button>}
      >
        {error.message} Ask the owner of this server for access, or open the dashboard on the machine it runs
        on.
      </EmptyState>
    </div>
  )
}

function Absent({ error }: { error: DashboardError }) {
  return (
    <div className="rounded-xl border border-dashed border-line bg-background">
      <EmptyState
        icon="help"
        title="There is no such bot here"
        action={
          <Link href="/" className="text-[0.8125rem] font-medium underline underline-offset-4">
            Go to the fleet
          </Link>
        }
      >
        {error.message}
      </EmptyState>
    </div>
  )
}
