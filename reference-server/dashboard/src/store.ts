import { useSyncExternalStore } from 'react'

/** A value that components follow. */
export interface Store<T> {
  /** The value now. */
  get(): T
  /** Replaces the value and tells everyone who follows it. */
  set(next: T): void
  /** Follows the value; returns what ends that. */
  subscribe(listener: () => void): () => void
}

/** Makes a store. */
export function createStore<T>(initial: T): Store<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The store's value; the component renders again when it changes. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get)
}
