const waiting = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls back when a signal aborts; one that has aborted already calls nobody.
 *
 * However many wait on a signal, it has one listener: platforms warn of more than ten as of a leak.
 *
 * @returns what ends the wait
 */
export function whenAborted(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined || signal.aborted) return () => {}
  const known = waiting.get(signal)
  const callbacks = known ?? new Set<() => void>()
  if (known === undefined) {
    waiting.set(signal, callbacks)
    signal.addEventListener('abort', () => tellAll(callbacks), { once: true })
  }
  // A function of its own: the same callback may wait twice.
  const own = (): void => callback()
  callbacks.add(own)
  return () => void callbacks.delete(own)
}

function tellAll(callbacks: Set<() => void>): void {
  for (const callback of [...callbacks]) {
    // An earlier one may have ended its wait.
    if (callbacks.delete(callback)) callback()
  }
}
