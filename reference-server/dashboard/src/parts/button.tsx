import type { ButtonHTMLAttributes } from 'react'

type Look = 'solid' | 'outline' | 'danger' | 'quiet'

const LOOKS: Record<Look, string> = {
  solid: 'bg-ink text-background border-ink hover:opacity-90',
  outline: 'bg-background text-ink border-line hover:bg-raised',
  danger: 'bg-bad text-background border-bad hover:opacity-90',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-raised',
}

/** A button at least 32 px high; `solid` is the one main action of a place. */
export function Button({
  look = 'outline',
  className = '',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look }) {
  return (
    <button
      type="button"
      {...rest}
      className={`inline-flex h-8 items-center justify-center gap-1.5 rounded-lg border px-3 text-[0.8125rem] font-medium whitespace-nowrap transition-colors disabled:opacity-50 ${LOOKS[look]} ${className}`}
    />
  )
}
