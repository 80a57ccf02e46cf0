/** Runs work on one thing one after the other: two changes that each read first would undo each other. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Runs work when everything before it on the same thing has settled. */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const done = before.then(work)
    const settled = done.then(
      () => {},
      () => {},
    )
    this.#last.set(key, settled)
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key)
    })
    return done
  }
}
