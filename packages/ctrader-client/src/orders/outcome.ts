/**
 * What a promise will tell, which is made when somebody asks for it: of the three of an order most callers ask for one,
 * and that after the order is written.
 *
 * Settles once; what it is told later is ignored. One that nobody asks for may fail without harm.
 */
export class Outcome<T> {
  #promise: Promise<T> | undefined
  /** Settles the promise that somebody has asked for before. */
  #asked: { readonly resolve: (value: T) => void; readonly reject: (error: unknown) => void } | undefined

  get promise(): Promise<T> {
    if (this.#promise === undefined) {
      this.#promise = new Promise((resolve, reject) => {
        this.#asked = { resolve, reject }
      })
      this.#promise.catch(() => {})
    }
    return this.#promise
  }

  resolve(value: T): void {
    if (this.#asked !== undefined) this.#asked.resolve(value)
    else this.#promise ??= Promise.resolve(value)
  }

  reject(error: unknown): void {
    if (this.#asked !== undefined) this.#asked.reject(error)
    else if (this.#promise === undefined) {
      this.#promise = Promise.reject(error)
      this.#promise.catch(() => {})
    }
  }
}
