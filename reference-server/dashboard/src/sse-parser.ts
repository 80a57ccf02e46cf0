import { DashboardError } from './errors.ts'

/** One server-sent event. */
export interface SseEvent {
  /** Last id seen, '' before the first. */
  readonly id: string
  readonly event: string
  readonly data: string
}

// The largest message is a bars message of 1,000 candles, about 120 kB of JSON.
const MAX_PENDING_CHARACTERS = 4_000_000

/** Cuts a byte stream's text into server-sent events; comments and unknown fields are dropped. */
export class SseParser {
  #pending = ''
  #id = ''
  #event = ''
  #data: string[] = []

  /** Takes the next piece of text. @throws {@link DashboardError} `stream-overflow` when one event exceeds 4,000,000 characters */
  push(text: string): SseEvent[] {
    this.#pending += text
    const events: SseEvent[] = []
    for (;;) {
      const end = /\r\n|\n|\r(?!$)/.exec(this.#pending)
      if (end === null) break
      const line = this.#pending.slice(0, end.index)
      this.#pending = this.#pending.slice(end.index + end[0].length)
      const event = this.#line(line)
      if (event !== null) events.push(event)
    }
    const held = this.#pending.length + this.#data.reduce((sum, part) => sum + part.length, 0)
    if (held > MAX_PENDING_CHARACTERS)
      throw new DashboardError(
        'stream-overflow',
        `One event of the stream holds ${held} characters, ${MAX_PENDING_CHARACTERS} are allowed. The stream is opened again.`,
      )
    return events
  }

  #line(line: string): SseEvent | null {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    if (colon === 0) return null
    const field = colon < 0 ? line : line.slice(0, colon)
    const raw = colon < 0 ? '' : line.slice(colon + 1)
    const value = raw.startsWith(' ') ? raw.slice(1) : raw
    if (field === 'data') this.#data.push(value)
    else if (field === 'event') this.#event = value
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    return null
  }

  #dispatch(): SseEvent | null {
    const data = this.#data
    const event = this.#event
    this.#data = []
    this.#event = ''
    return data.length === 0 ? null : { id: this.#id, event: event || 'message', data: data.join('\n') }
  }
}
