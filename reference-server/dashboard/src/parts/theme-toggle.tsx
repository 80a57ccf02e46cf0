import { useStore } from '../store.ts'
import { applyTheme, nextTheme, type Theme, themeStore } from '../theme.ts'
import { Icon, type IconName } from './icon.tsx'

const ICONS: Record<Theme, IconName> = { auto: 'auto', light: 'sun', dark: 'moon' }
const WORDS: Record<Theme, string> = { auto: 'as the system', light: 'light', dark: 'dark' }

/** Goes round system, dark and light. */
export function ThemeToggle() {
  const theme = useStore(themeStore)
  const next = nextTheme(theme)
  return (
    <button
      type="button"
      aria-label={`Colours: ${WORDS[theme]}. Change to ${WORDS[next]}`}
      title={`Colours: ${WORDS[theme]}`}
      onClick={() => applyTheme(next)}
      className="grid size-8 place-items-center rounded-lg text-muted hover:bg-raised hover:text-ink"
    >
      <Icon name={ICONS[theme]} />
    </button>
  )
}
