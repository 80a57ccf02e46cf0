import { useMemo } from 'react'
import type { AccountType } from './contract.ts'
import { createStore, useStore } from './store.ts'

/** A place in the dashboard. */
export type Route =
  | { readonly page: 'fleet' }
  | { readonly page: 'bot'; readonly botId: string; readonly accountType: AccountType }
  | { readonly page: 'missing'; readonly path: string }

/** Reads a path. */
export function routeOf(path: string): Route {
  if (path === '/' || path === '/index.html') return { page: 'fleet' }
  const match = /^\/bots\/([A-Za-z0-9][A-Za-z0-9_-]{0,31})\/(demo|live)\/?$/.exec(path)
  if (match?.[1] !== undefined)
    return { page: 'bot', botId: match[1], accountType: match[2] === 'live' ? 'live' : 'demo' }
  return { page: 'missing', path }
}

/** The path of a bot's page. */
export function botPath(botId: string, accountType: AccountType): string {
  return `/bots/${encodeURIComponent(botId)}/${accountType}`
}

const pathStore = createStore(typeof location === 'undefined' ? '/' : location.pathname)

if (typeof window !== 'undefined') window.addEventListener('popstate', () => pathStore.set(location.pathname))

/** Goes to a path without loading the page anew. */
export function navigate(path: string): void {
  if (path === location.pathname) return
  history.pushState(null, '', path)
  pathStore.set(path)
  window.scrollTo(0, 0)
}

/** Where the person is. */
export function useRoute(): Route {
  const path = useStore(pathStore)
  // One object for each path: effects depend on it.
  return useMemo(() => routeOf(path), [path])
}
