import { createStore } from './store.ts'

/** `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark'

const KEY = 'claw-theme'

/** The person's choice. */
export const themeStore = createStore<Theme>('auto')

/** Takes up the choice of an earlier visit; call before the first render. */
export function restoreTheme(): void {
  try {
    const kept = localStorage.getItem(KEY)
    if (kept === 'light' || kept === 'dark') applyTheme(kept)
  } catch {
    // Storage may be forbidden; then the system decides.
  }
}

/** Chooses a theme and remembers it. */
export function applyTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // As above: it lasts as long as the page.
  }
  themeStore.set(theme)
}

/** The theme after `theme` in the toggle's round. */
export function nextTheme(theme: Theme): Theme {
  return theme === 'auto' ? 'dark' : theme === 'dark' ? 'light' : 'auto'
}
