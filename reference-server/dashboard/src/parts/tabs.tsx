import type { KeyboardEvent, ReactNode } from 'react'

/** One tab; `mark` says that it needs a person. */
export interface Tab {
  readonly id: string
  readonly label: ReactNode
  /** Classes of the line under the chosen tab. */
  readonly line?: string
}

/** A row of tabs; arrows, Home and End move and choose. */
export function Tabs({
  label,
  tabs,
  chosen,
  onChoose,
}: {
  label: string
  tabs: readonly Tab[]
  chosen: string
  onChoose: (id: string) => void
}) {
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = tabs.findIndex(tab => tab.id === chosen)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length]
    if (next === undefined) return
    event.preventDefault()
    onChoose(next.id)
    document.getElementById(`tab-${next.id}`)?.focus()
  }
  return (
    <div role="tablist" aria-label={label} onKeyDown={move} className="flex border-b border-hairline">
      {tabs.map(tab => (
        <button
          key={tab.id}
          id={`tab-${tab.id}`}
          type="button"
          role="tab"
          aria-selected={tab.id === chosen}
          aria-controls={`panel-${tab.id}`}
          tabIndex={tab.id === chosen ? 0 : -1}
          onClick={() => onChoose(tab.id)}
          className={`-mb-px flex min-h-11 flex-1 items-center justify-center gap-1.5 border-b-2 px-2 font-medium ${tab.id === chosen ? `text-ink ${tab.line ?? 'border-ink'}` : 'border-transparent text-muted hover:text-ink'}`}
        >
          {tab.label}
        </button>
      ))}
    </div>
  )
}
