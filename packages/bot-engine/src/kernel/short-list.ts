/**
 * Takes an element out of a short list and keeps the order; nothing happens where it is not in it.
 *
 * `splice` makes a list of what it takes out, and gives the room of a list that becomes empty back: both cost more than
 * the work itself where a run opens and closes one position at a time.
 */
export function remove<T>(list: T[], element: T): void {
  const index = list.indexOf(element)
  if (index >= 0) removeAt(list, index)
}

/** The same of the element at a place. */
export function removeAt<T>(list: T[], index: number): void {
  for (let i = index + 1; i < list.length; i++) list[i - 1] = list[i] as T
  list.pop()
}

/** The element of a short list that has an id. By index: a search by a function is one more thing to compile. */
export function byId<T extends { readonly id: unknown }>(list: readonly T[], id: T['id']): T | undefined {
  for (let i = 0; i < list.length; i++) if ((list[i] as T).id === id) return list[i]
  return undefined
}
