import type { ReactNode } from 'react'

/** A small button that is on or off. */
export function Switch({
  on,
  onChange,
  label,
  icon,
}: {
  on: boolean
  onChange: (on: boolean) => void
  label: string
  icon?: ReactNode
}) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={() => onChange(!on)}
      className={`inline-flex h-7 items-center gap-1.5 rounded-md border px-2 text-xs font-medium ${on ? 'border-line bg-raised text-ink' : 'border-transparent text-muted hover:bg-raised hover:text-ink'}`}
    >
      {icon ?? <span aria-hidden="true">{on ? '✓' : '○'}</span>}
      {label}
    </button>
  )
}
