import { useId } from 'react'

/** A labelled text field whose hint and error are tied to it for screen readers. */
export function Field({
  label,
  hint,
  error,
  value,
  maxLength,
  multiline = false,
  first = false,
  onChange,
}: {
  label: string
  hint?: string
  error: string | null
  value: string
  maxLength: number
  multiline?: boolean
  /** True for the field that gets the focus when its dialog opens: focus on a button could send it. */
  first?: boolean
  onChange: (value: string) => void
}) {
  const id = useId()
  const Tag = multiline ? 'textarea' : 'input'
  return (
    <div>
      <label htmlFor={id} className="block font-medium">
        {label}
      </label>
      <Tag
        id={id}
        value={value}
        maxLength={maxLength}
        required
        autoComplete="off"
        spellCheck={multiline}
        data-first-focus={first}
        aria-invalid={error !== null}
        aria-describedby={`${id}-note`}
        onChange={event => onChange(event.target.value)}
        className={`mt-1.5 block w-full rounded-lg border bg-background px-3 py-2 placeholder:text-muted ${error === null ? 'border-line' : 'border-bad'} ${multiline ? 'min-h-20 resize-y' : 'h-10'}`}
      />
      <p
        id={`${id}-note`}
        className={`mt-1 text-xs ${error === null ? 'text-muted' : 'font-medium text-bad'}`}
      >
        {error ?? hint ?? ''}
      </p>
    </div>
  )
}
