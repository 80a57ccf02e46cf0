import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

/** Says why there is nothing and what to do next. */
export function EmptyState({
  title,
  icon = 'inbox',
  children,
  action,
}: {
  title: string
  icon?: IconName
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="flex flex-col items-center gap-1.5 px-4 py-8 text-center">
      <span className="mb-1 grid size-9 place-items-center rounded-full bg-raised text-muted">
        <Icon name={icon} size={18} />
      </span>
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="max-w-sm text-[0.8125rem] text-muted">{children}</div>}
      {action !== undefined && <div className="mt-2">{action}</div>}
    </div>
  )
}
