/** Runs the work of one key one after another, and of different keys at once. */
export interface Serial {
  /**
   * Runs `work` after what runs for the key. While one waits already, a further one is not added: what waits has not
   * looked yet, so it does for both.
   */
  run(key: string, work: () => Promise<void>): Promise<void>
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>
}

/** Makes it. Per key at most one runs and one waits, so repeats collapse and memory is bounded. */
export function createSerial(): Serial {
  const tails = new Map<string, Promise<void>>()
  const waiting = new Map<string, Promise<void>>()
  return {
    run: (key, work) => {
      const waits = waiting.get(key)
      if (waits !== undefined) return waits
      const done = (tails.get(key) ?? Promise.resolve()).then(() => {
        waiting.delete(key)
        return work()
      })
      waiting.set(key, done)
      // Those behind go on whatever happened here; the caller of this run gets its error.
      const tail = done.catch(() => {})
      tails.set(key, tail)
      tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key)
      })
      return done
    },
    idle: async () => {
      while (tails.size > 0) await Promise.all(tails.values())
    },
  }
}
