/** What is there of a result that is not whole yet: who ends a command at once is told. */
export class PartialResult {
  #kept: string | undefined
  #undo: (() => void) | undefined

  /** Something is safe now; in words, a sentence. */
  kept(what: string): void {
    this.#kept = what
  }

  /** Does work that leaves nothing of use behind unless it ends; `undo` removes that, and is synchronous. */
  async writing<Result>(undo: () => void, work: () => Promise<Result>): Promise<Result> {
    this.#undo = undo
    try {
      return await work()
    } finally {
      this.#undo = undefined
    }
  }

  /** Removes what is half written. @returns what is left, in words */
  abandon(): string {
    this.#undo?.()
    return this.#kept ?? 'The partial result was not written.'
  }

  /** What is safe, in words. */
  get safe(): string | undefined {
    return this.#kept
  }
}
