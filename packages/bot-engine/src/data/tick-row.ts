/** Receives what a {@link TickRowParser} finds. */
export interface TickRowSink {
  /** A row; `bid` and `ask` in steps of the instrument's last digit. `false` ends the reading. */
  row(line: number, time: number, bid: number, ask: number): boolean
  /** A line that is neither a row nor a header nor blank at the end. Must throw. */
  damaged(line: number, text: string, problem: string): never
  /** Takes a line that is no row instead, the first excepted; without it such a line is {@link damaged}. */
  bad?(text: string): void
}

const COMMA = 44
const DOT = 46
const ZERO = 48
const NINE = 57
const NEWLINE = 10
const RETURN = 13
/** Longest line that is kept while its end is awaited; a row has about 40 bytes. */
const MAX_LINE_BYTES = 4096
/** Digits of a number that count: as many as 2^53 surely holds. Decimals beyond them (float dust) are dropped. */
const MAX_DIGITS = 15
/** As milliseconds the spring of 1970, as seconds 2001 to 2286. */
const SECONDS_FROM = 1e9
const MS_FROM = 1e10
const HEADER = 'timestamp_ms,bid,ask'

/**
 * Cuts bytes into rows `timestamp_ms,bid,ask` without making strings.
 *
 * Each number is read as an integer and its count of decimals, so that a price is rounded exactly once.
 */
export class TickRowParser {
  readonly #digits: number
  readonly #sink: TickRowSink
  #rest: Buffer = Buffer.alloc(0)
  #line = 0
  #blankLine = 0
  #done = false
  // The number read last: its value without the dot, and how many decimals it had.
  #mantissa = 0
  #decimals = 0
  /** Most decimals of a price that was rounded and was another one before. */
  roundedFrom = 0

  /** Creates a parser that rounds prices to `digits` decimals, half away from zero. */
  constructor(digits: number, sink: TickRowSink) {
    this.#digits = digits
    this.#sink = sink
  }

  /** Line reached, from 1. */
  get line(): number {
    return this.#line
  }

  /** Takes the next bytes. @returns `false` once the sink wants no more */
  push(chunk: Buffer): boolean {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let start = 0
    while (!this.#done) {
      const end = bytes.indexOf(NEWLINE, start)
      if (end < 0) break
      this.#takeLine(bytes, start, end)
      start = end + 1
    }
    this.#rest = bytes.subarray(start)
    if (!this.#done && this.#rest.length > MAX_LINE_BYTES)
      this.#fail(this.#line + 1, this.#rest, 0, 80, `is longer than ${MAX_LINE_BYTES} bytes`)
    return !this.#done
  }

  /** Takes what is left as the last line. */
  end(): void {
    if (this.#done || this.#rest.length === 0) return
    this.#takeLine(this.#rest, 0, this.#rest.length)
    this.#rest = Buffer.alloc(0)
  }

  #takeLine(bytes: Buffer, start: number, newline: number): void {
    const end = newline > start && bytes[newline - 1] === RETURN ? newline - 1 : newline
    this.#line += 1
    if (end === start) {
      if (this.#blankLine === 0) this.#blankLine = this.#line
      return
    }
    if (this.#blankLine > 0) {
      if (this.#sink.bad === undefined)
        this.#sink.damaged(this.#blankLine, '', 'is blank, and rows follow it')
      this.#sink.bad('')
      this.#blankLine = 0
    }
    if (this.#line === 1 && !isDigit(bytes[start])) {
      const header = bytes.toString('utf8', start, end)
      if (header.replace('\uFEFF', '').trim() !== HEADER)
        this.#fail(1, bytes, start, end, `is neither a row nor the header "${HEADER}"`)
      return
    }
    this.#takeRow(bytes, start, end)
  }

  #takeRow(bytes: Buffer, start: number, end: number): void {
    let at = this.#number(bytes, start, end)
    if (at < 0 || this.#decimals > 0 || bytes[at] !== COMMA || at >= end)
      return this.#badRow(bytes, start, end, 'does not start with a time in whole milliseconds')
    const time = this.#mantissa
    if (time < MS_FROM && time >= SECONDS_FROM)
      return this.#fail(this.#line, bytes, start, end, 'has a time of ten digits: seconds, not milliseconds')
    at = this.#number(bytes, at + 1, end)
    if (at < 0 || bytes[at] !== COMMA || at >= end)
      return this.#badRow(bytes, start, end, 'has no number as its bid')
    const bid = this.#price()
    at = this.#number(bytes, at + 1, end)
    if (at !== end)
      return this.#badRow(bytes, start, end, 'has no number as its ask, or more than three columns')
    const ask = this.#price()
    if (time <= 0 || bid <= 0 || ask <= 0)
      return this.#badRow(bytes, start, end, 'holds a value that is not above 0')
    if (!this.#sink.row(this.#line, time, bid, ask)) this.#done = true
  }

  /** Reads `123` or `123.45` from `from`; returns where it ends, −1 when it is not one. */
  #number(bytes: Buffer, from: number, end: number): number {
    this.#mantissa = 0
    this.#decimals = 0
    const dot = this.#digitRun(bytes, from, end, MAX_DIGITS)
    const whole = dot - from
    if (whole === 0 || whole > MAX_DIGITS) return -1
    if (dot === end || bytes[dot] !== DOT) return dot
    const past = this.#digitRun(bytes, dot + 1, end, MAX_DIGITS - whole)
    if (past === dot + 1) return -1
    this.#decimals = Math.min(past - dot - 1, MAX_DIGITS - whole)
    return past
  }

  /** Adds digits to the mantissa, at most `most` of them; returns where the run of digits ends. */
  #digitRun(bytes: Buffer, from: number, end: number, most: number): number {
    let mantissa = this.#mantissa
    let at = from
    for (; at < end; at++) {
      const byte = bytes[at] as number
      if (byte < ZERO || byte > NINE) break
      if (at - from < most) mantissa = mantissa * 10 + (byte - ZERO)
    }
    this.#mantissa = mantissa
    return at
  }

  #price(): number {
    const shift = this.#digits - this.#decimals
    // Both branches are exact but for the one rounding: powers of ten up to 10^15 are doubles.
    if (shift >= 0) return this.#mantissa * 10 ** shift
    if (this.#decimals > this.roundedFrom) this.roundedFrom = Math.max(this.roundedFrom, this.#significant())
    return Math.round(this.#mantissa / 10 ** -shift)
  }

  /** Decimals of the number read last without zeros at its end. */
  #significant(): number {
    let decimals = this.#decimals
    for (let rest = this.#mantissa; decimals > 0 && rest % 10 === 0; rest /= 10) decimals -= 1
    return decimals
  }

  #badRow(bytes: Buffer, start: number, end: number, problem: string): void {
    if (this.#sink.bad === undefined || this.#line === 1) this.#fail(this.#line, bytes, start, end, problem)
    this.#sink.bad(bytes.toString('utf8', start, Math.min(end, start + 80)))
  }

  #fail(line: number, bytes: Buffer, start: number, end: number, problem: string): never {
    return this.#sink.damaged(line, bytes.toString('utf8', start, Math.min(end, start + 80)), problem)
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE
}
