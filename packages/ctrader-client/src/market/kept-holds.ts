interface Attempt<K> {
  readonly key: K
  isDropped: boolean
}

/** Subscriptions that are held until they are dropped by name, each once however often it is asked for. */
export class KeptHolds<K> {
  readonly #kept = new Map<K, () => void>()
  readonly #attempts = new Set<Attempt<K>>()

  /**
   * Keeps what is not kept yet. One that is dropped while it is asked for is let go when the answer is there.
   *
   * @param take - Holds all of these; returns what lets one of them go.
   */
  async keep(keys: readonly K[], take: (fresh: readonly K[]) => Promise<(key: K) => void>): Promise<void> {
    const fresh = [...new Set(keys)].filter(key => !this.#kept.has(key))
    if (fresh.length === 0) return
    const attempts = fresh.map(key => ({ key, isDropped: false }))
    for (const attempt of attempts) this.#attempts.add(attempt)
    try {
      const release = await take(fresh)
      for (const { key, isDropped } of attempts)
        if (isDropped || this.#kept.has(key)) release(key)
        else this.#kept.set(key, () => release(key))
    } finally {
      for (const attempt of attempts) this.#attempts.delete(attempt)
    }
  }

  /** Lets go what is kept; what is not costs nothing. */
  drop(keys: readonly K[]): void {
    for (const attempt of this.#attempts) if (keys.includes(attempt.key)) attempt.isDropped = true
    for (const key of keys) {
      const release = this.#kept.get(key)
      this.#kept.delete(key)
      release?.()
    }
  }
}
