import type { Instance } from '../contract.ts'
import { Icon } from './icon.tsx'

const LOOKS = { warn: 'border-warn/40 bg-warn/10', bad: 'border-bad/50 bg-bad/10' }
const ICON_TEXT = { warn: 'text-warn', bad: 'text-bad' }

/** What a person should look at now; `old` when the process has not spoken lately. */
export function Warnings({ warnings, old }: { warnings: Instance['warnings']; old: boolean }) {
  if (warnings.length === 0) return null
  return (
    <ul aria-label="Warnings" className={`flex flex-col gap-2 ${old ? 'stale' : ''}`}>
      {warnings.map(({ id, level, text }) => (
        <li
          key={id}
          className={`flex items-start gap-2.5 rounded-xl border px-4 py-2.5 text-[0.8125rem] ${LOOKS[level]}`}
        >
          <span className={`mt-px ${ICON_TEXT[level]}`}>
            <Icon name="warning" />
          </span>
          <p className="min-w-0 break-words">
            <span className="sr-only">Warning: </span>
            {text}
          </p>
        </li>
      ))}
    </ul>
  )
}
