import { type ReactNode, useId } from 'react'

/** A titled box. `aside` stands at the right of its title. */
export function Panel({
  title,
  aside,
  children,
  flush = false,
  className = '',
}: {
  title: string
  aside?: ReactNode
  children: ReactNode
  /** True when the content brings its own padding. */
  flush?: boolean
  className?: string
}) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className={`flex min-w-0 flex-col rounded-xl border border-hairline bg-background shadow-(--shadow) ${className}`}
    >
      <div className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-hairline px-4 py-2">
        <h2 id={id} className="text-sm font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      <div className={flush ? 'min-w-0 flex-1' : 'min-w-0 flex-1 p-4'}>{children}</div>
    </section>
  )
}
