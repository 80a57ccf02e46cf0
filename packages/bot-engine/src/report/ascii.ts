/** Most characters that {@link putNumber} and {@link putInstant} write. */
export const MOST_CHARACTERS = 32
/** Prices have five decimals at most, money two as a rule. */
const DECIMALS = 5
const SCALE = 10 ** DECIMALS
/** A text of so many digits is the shortest of its double, and of no other one. */
const EXACT = 1e15
const DAY_MS = 86_400_000
const [MINUS, POINT, ZERO, COLON, T, Z] = [45, 46, 48, 58, 84, 90]

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
  /** The last day, counted from 1970, and its text: rows that follow each other are mostly of one day. */
  #day = Number.NaN
  #text = ''

  /** @returns where it ends; @throws RangeError for what is no instant */
  put(into: Uint8Array, at: number, instant: number): number {
    const day = Math.floor(instant / DAY_MS)
    if (day !== this.#day) {
      this.#text = new Date(instant).toISOString().slice(0, -14)
      this.#day = day
    }
    const ms = Math.trunc(instant) - day * DAY_MS
    const seconds = (ms / 1000) | 0
    const minutes = (seconds / 60) | 0
    let end = putText(into, at, this.#text)
    into[end] = T
    end = putDigits(into, end + 1, (minutes / 60) | 0, 2)
    into[end] = COLON
    end = putDigits(into, end + 1, minutes % 60, 2)
    into[end] = COLON
    end = putDigits(into, end + 1, seconds % 60, 2)
    into[end] = POINT
    end = putDigits(into, end + 1, ms % 1000, 3)
    into[end] = Z
    return end + 1
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
