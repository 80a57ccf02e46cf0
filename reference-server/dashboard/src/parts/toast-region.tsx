import { spokenStore } from '../live.ts'
import { useStore } from '../store.ts'
import { toastStore } from '../toasts.ts'

/** Sentences at the foot of the page, and the two regions that screen readers listen to. */
export function ToastRegion() {
  const toasts = useStore(toastStore)
  const spoken = useStore(spokenStore)
  return (
    <>
      <div className="pointer-events-none fixed inset-x-4 bottom-4 z-40 flex flex-col items-center gap-2 sm:items-end">
        {toasts.map(toast => (
          <p
            key={toast.id}
            className="pointer-events-auto max-w-md animate-[toast-in_180ms_ease-out] rounded-lg bg-ink px-4 py-2.5 text-background shadow-lg"
          >
            {toast.text}
          </p>
        ))}
      </div>
      <div role="status" aria-live="polite" className="sr-only">
        {spoken.polite}
      </div>
      <div role="alert" aria-live="assertive" className="sr-only">
        {spoken.alarm}
      </div>
    </>
  )
}
