import { createStore } from './store.ts'

/** A sentence that shows for a while. */
export interface Toast {
  readonly id: number
  readonly text: string
}

// Long enough to read twice; the fact itself stays on the page.
const SHOWN_MS = 8000
const MAX_TOASTS = 3

/** What is being shown. */
export const toastStore = createStore<readonly Toast[]>([])

let nextId = 1

/** Shows a sentence for 8 s; at most three at a time. */
export function showToast(text: string): void {
  const toast = { id: nextId++, text }
  toastStore.set([...toastStore.get(), toast].slice(-MAX_TOASTS))
  setTimeout(() => toastStore.set(toastStore.get().filter(entry => entry.id !== toast.id)), SHOWN_MS)
}
