const FIRST_CAPACITY = 1024

/** The counted messages of a replay, numbered from 1: how many were sent and confirmed, and when and where each stood. */
export class SentMessages {
  // Of unconfirmed messages, rings: message n lies at (n − 1) modulo their capacity.
  #times = new Float64Array(FIRST_CAPACITY)
  #rows = new Int32Array(FIRST_CAPACITY)
  #sent = 0
  #confirmed = 0

  /** Number of the last message sent. */
  get sent(): number {
    return this.#sent
  }

  /** Number of the last message confirmed. */
  get confirmed(): number {
    return this.#confirmed
  }

  /** Numbers a message that leaves now, at a market time; `nextRow` is the row of the quote that comes next. */
  push(time: number, nextRow = 0): void {
    if (this.#sent - this.#confirmed === this.#times.length) this.#grow()
    const place = this.#sent % this.#times.length
    this.#times[place] = time
    this.#rows[place] = nextRow
    this.#sent += 1
  }

  /** Takes a mark. @returns `false` when it is no number between the last mark and the last message */
  confirm(number: number): boolean {
    if (!Number.isSafeInteger(number) || number < this.#confirmed || number > this.#sent) return false
    this.#confirmed = number
    return true
  }

  /** Market time of an unconfirmed message, `undefined` for any other number. */
  timeOf(number: number): number | undefined {
    return this.#isUnconfirmed(number) ? this.#times[(number - 1) % this.#times.length] : undefined
  }

  /** Row of the first quote behind an unconfirmed message, `undefined` for any other number. */
  rowAfter(number: number): number | undefined {
    return this.#isUnconfirmed(number) ? this.#rows[(number - 1) % this.#rows.length] : undefined
  }

  /** Takes back every message behind an unconfirmed one. */
  takeBack(number: number): void {
    if (this.#isUnconfirmed(number)) this.#sent = number
  }

  #isUnconfirmed(number: number): boolean {
    return Number.isSafeInteger(number) && number > this.#confirmed && number <= this.#sent
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2)
    const rows = new Int32Array(times.length)
    for (let n = this.#confirmed; n < this.#sent; n++) {
      times[n % times.length] = this.#times[n % this.#times.length] as number
      rows[n % rows.length] = this.#rows[n % this.#rows.length] as number
    }
    this.#times = times
    this.#rows = rows
  }
}
