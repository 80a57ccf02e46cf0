import type { ReactNode } from 'react'
import type { Notice } from '../contract.ts'
import { Icon } from './icon.tsx'

const LOOKS: Record<Notice['level'], string> = {
  info: 'border-hairline bg-raised/60 text-ink',
  warn: 'border-warn/40 bg-warn/10 text-ink',
  bad: 'border-bad/50 bg-bad/10 text-ink',
}
const ICON_TEXT: Record<Notice['level'], string> = { info: 'text-muted', warn: 'text-warn', bad: 'text-bad' }

/** What a person has to know before anything else on the page: reduced service, then what is only to be known. */
export function Notices({ notices }: { notices: readonly Notice[] }) {
  const urgent = notices.filter(notice => notice.level !== 'info')
  const known = notices.filter(notice => notice.level === 'info')
  return (
    <section aria-label="Notices">
      {urgent.map(notice => (
        <Line key={notice.id} level={notice.level}>
          <span className="sr-only">Warning: </span>
          {notice.text}
        </Line>
      ))}
      {known.length > 0 && <Line level="info">{known.map(notice => notice.text).join(' ')}</Line>}
    </section>
  )
}

function Line({ level, children }: { level: Notice['level']; children: ReactNode }) {
  return (
    <div className={`flex items-start gap-2.5 border-b px-4 py-2 text-[0.8125rem] sm:px-6 ${LOOKS[level]}`}>
      <span className={`mt-px ${ICON_TEXT[level]}`}>
        <Icon name={level === 'info' ? 'info' : 'warning'} />
      </span>
      <p className="min-w-0">{children}</p>
    </div>
  )
}

/** The banner of a broken line: what is shown is old. */
export function OfflineBanner({ label, detail }: { label: string; detail: string }) {
  return (
    <div role="alert" className="failed flex items-start gap-2.5 border-b px-4 py-2 text-[0.8125rem] sm:px-6">
      <span className="mt-px text-bad">
        <Icon name="warning" />
      </span>
      <p>
        <strong className="font-semibold">{label}.</strong> {detail} Bots are processes of their own: open
        positions keep their stop loss and take profit at the broker.
      </p>
    </div>
  )
}
