import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { Fleet } from './contract.ts'
import { toggleHold } from './live.ts'
import { botPath, navigate, type Route } from './router.ts'

// "g" waits so long for its second letter.
const CHORD_MS = 1500

/** Page-wide keys. They are off while a person types or a dialog is open; none of them moves money. */
export function useShortcuts(fleet: Fleet | undefined, route: Route, onHelp: () => void): void {
  const client = useQueryClient()
  const chordAt = useRef(0)
  useEffect(() => {
    const visit = (path: string | null) => {
      if (path !== null) navigate(path)
    }
    const keys: Record<string, () => void> = {
      '?': onHelp,
      p: () => toggleHold(client),
      ']': () => visit(neighbour(fleet, route, 1)),
      '[': () => visit(neighbour(fleet, route, -1)),
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return
      const chord = event.timeStamp - chordAt.current < CHORD_MS
      chordAt.current = event.key === 'g' ? event.timeStamp : 0
      if (chord && event.key === 'f') navigate('/')
      else keys[event.key]?.()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [client, fleet, route, onHelp])
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]') !== null) return true
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  )
}

/** The path of the bot before or after the one shown; from elsewhere, the first. */
export function neighbour(fleet: Fleet | undefined, route: Route, step: 1 | -1): string | null {
  const rows = [...(fleet?.lanes.live ?? []), ...(fleet?.lanes.demo ?? [])]
  const at = rows.findIndex(
    row => route.page === 'bot' && row.botId === route.botId && row.accountType === route.accountType,
  )
  const next = at < 0 ? rows[0] : rows[(at + step + rows.length) % rows.length]
  return next === undefined ? null : botPath(next.botId, next.accountType)
}
