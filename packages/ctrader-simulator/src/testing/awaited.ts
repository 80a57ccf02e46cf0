import { SimulatorError } from '../errors.ts'

/** Most records that are kept for a later wait; the oldest goes first. */
export const MAX_KEPT_RECORDS = 10_000

interface Waiter<T> {
  readonly matches: (record: T) => boolean
  readonly resolve: (record: T) => void
}

/** What happened, to be waited for: each record is given out once, also when it came before the wait. */
export class Awaited<T> {
  readonly #what: string
  #records: T[] = []
  #waiters: Waiter<T>[] = []

  /** @param what names a record in the error of a wait that ends without one */
  constructor(what: string) {
    this.#what = what
  }

  /** What no wait has returned. */
  get held(): readonly T[] {
    return [...this.#records]
  }

  /** Adds what happened. */
  add(record: T): void {
    const waiter = this.#waiters.find(({ matches }) => matches(record))
    if (waiter !== undefined) {
      this.#waiters = this.#waiters.filter(each => each !== waiter)
      waiter.resolve(record)
      return
    }
    this.#records.push(record)
    if (this.#records.length > MAX_KEPT_RECORDS) this.#records.shift()
  }

  /** The first record that matches and was not given out. @throws {@link SimulatorError} `wait-timeout` */
  next(matches: (record: T) => boolean, timeoutMs: number): Promise<T> {
    const index = this.#records.findIndex(matches)
    const [known] = index === -1 ? [] : this.#records.splice(index, 1)
    if (known !== undefined) return Promise.resolve(known)
    return new Promise((resolve, reject) => {
      const waiter: Waiter<T> = {
        matches,
        resolve(record) {
          clearTimeout(timer)
          resolve(record)
        },
      }
      const timer = setTimeout(() => {
        this.#waiters = this.#waiters.filter(each => each !== waiter)
        reject(
          new SimulatorError(
            'wait-timeout',
            `No ${this.#what} that matches came within ${timeoutMs} ms. Check what the bot does, or wait longer.`,
            { details: { timeoutMs, unmatched: this.#records.length } },
          ),
        )
      }, timeoutMs)
      this.#waiters.push(waiter)
    })
  }
}
