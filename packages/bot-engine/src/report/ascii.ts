/** Most characters that {@link putNumber} and {@link InstantText} write. */
export const MOST_CHARACTERS = 32
/** Prices have five decimals at most, money two as a rule. */
const DECIMALS = 5
const SCALE = 10 ** DECIMALS
/** A text of so many digits is the shortest of its double, and of no other one. */
const EXACT = 1e15
const MINUTE_MS = 60_000
const DAY_MINUTES = 1440
/** From the hour to the Z. */
const TIME_CHARACTERS = 13
const [MINUS, POINT, ZERO] = [45, 46, 48]

/** Writes ASCII text. @returns where it ends */
export function putText(into: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) into[at + i] = text.charCodeAt(i)
  return at + text.length
}

/**
 * Writes a number as `String` does, but that −0 is 0. Without a string for each: a report has half a million numbers.
 *
 * @returns where it ends
 */
export function putNumber(into: Uint8Array, at: number, value: number): number {
  const size = Math.abs(value)
  const scaled = Math.round(size * SCALE)
  if (!(scaled < EXACT && scaled / SCALE === size)) return putText(into, at, String(value))
  let end = at
  if (value < 0) into[end++] = MINUS
  const whole = Math.floor(size)
  if (whole < 1e9) end = putDigits(into, end, whole, digitsOf(whole))
  else {
    const high = Math.floor(whole / 1e8)
    end = putDigits(into, end, high, digitsOf(high))
    end = putDigits(into, end, whole - high * 1e8, 8)
  }
  if (whole === size) return end
  into[end++] = POINT
  end = putDigits(into, end, scaled - whole * SCALE, DECIMALS)
  while (into[end - 1] === ZERO) end -= 1
  return end
}

/** Writes instants in milliseconds since 1970-01-01 UTC as ISO 8601. */
export class InstantText {
  /** The text of the last instant: of the next one mostly little differs. */
  private text = new Uint8Array(0)
  private day = Number.NaN
  private minute = Number.NaN
  private ms = Number.NaN
  /** Where the hour begins. */
  private hourAt = 0

  /** @returns where it ends; @throws RangeError for what is no instant */
  put(into: Uint8Array, at: number, instant: number): number {
    const minute = Math.floor(instant / MINUTE_MS)
    if (minute !== this.minute) this.setMinute(minute, instant)
    const ms = Math.trunc(instant) - minute * MINUTE_MS
    if (ms !== this.ms) this.setMs(ms)
    const { text } = this
    // Not by `set`, which takes longer for so few.
    for (let i = 0; i < text.length; i++) into[at + i] = text[i] as number
    return at + text.length
  }

  private setMinute(minute: number, instant: number): void {
    const day = Math.floor(minute / DAY_MINUTES)
    if (day !== this.day) {
      const date = new Date(instant).toISOString().slice(0, -(TIME_CHARACTERS + 1))
      this.hourAt = date.length + 1
      this.text = new Uint8Array(this.hourAt + TIME_CHARACTERS)
      putText(this.text, 0, `${date}T00:00:00.000Z`)
      this.day = day
      this.ms = 0
    }
    const ofDay = minute - day * DAY_MINUTES
    const hour = (ofDay / 60) | 0
    putDigits(this.text, this.hourAt, hour, 2)
    putDigits(this.text, this.hourAt + 3, ofDay - hour * 60, 2)
    this.minute = minute
  }

  private setMs(ms: number): void {
    const seconds = (ms / 1000) | 0
    putDigits(this.text, this.hourAt + 6, seconds, 2)
    putDigits(this.text, this.hourAt + 9, ms - seconds * 1000, 3)
    this.ms = ms
  }
}

/** The last `count` digits of a whole number below 10^9. */
function putDigits(into: Uint8Array, at: number, value: number, count: number): number {
  let rest = value | 0
  for (let place = at + count - 1; place >= at; place--) {
    const tenth = (rest / 10) | 0
    into[place] = ZERO + rest - tenth * 10
    rest = tenth
  }
  return at + count
}

function digitsOf(value: number): number {
  let count = 1
  for (let bound = 10; value >= bound; bound *= 10) count += 1
  return count
}
