import type { StreamMessage } from './contract.ts'
import { DashboardError } from './errors.ts'
import { retryDelayMs } from './link.ts'
import { type SseEvent, SseParser } from './sse-parser.ts'

// The server writes a comment every 15 s; two missed ones and a margin mean that the line is dead.
const SILENCE_MS = 35_000

/** Who listens to the stream. */
export interface StreamListener {
  /** A message, in the order of the server. */
  onMessage(message: StreamMessage): void
  /** Bytes came, be it only a comment. */
  onBytes(): void
  /** The line is up; `resumed` is true when missed messages follow by themselves. */
  onOpen(resumed: boolean): void
  /** The line is down and will be tried at `retryAt` (wall time). */
  onLost(retryAt: number, cause: unknown): void
}

/**
 * Reads `GET /events` until `signal` aborts, reconnecting for ever with growing pauses.
 *
 * `fetch` is used rather than `EventSource`: it shows the comments that prove the line is alive, and it lets this side
 * choose the pauses. Each tab holds a stream of its own; sharing one among tabs is left to later work.
 */
export async function readStream(listener: StreamListener, signal: AbortSignal): Promise<void> {
  let lastId = ''
  let attempt = 0
  while (!signal.aborted) {
    let cause: unknown = null
    try {
      await readOnce(
        lastId,
        signal,
        () => {
          listener.onOpen(lastId !== '')
        },
        event => {
          attempt = 0
          if (event.id !== '') lastId = event.id
          const message = parseMessage(event)
          if (message !== null) listener.onMessage(message)
        },
        listener.onBytes,
      )
    } catch (thrown) {
      cause = thrown
    }
    if (signal.aborted) return
    const waitMs = retryDelayMs(attempt++, Math.random())
    listener.onLost(Date.now() + waitMs, cause)
    await pause(waitMs, signal)
  }
}

async function readOnce(
  lastId: string,
  signal: AbortSignal,
  onOpen: () => void,
  onEvent: (event: SseEvent) => void,
  onBytes: () => void,
): Promise<void> {
  const silence = new AbortController()
  const arm = () => setTimeout(() => silence.abort(), SILENCE_MS)
  let timer = arm()
  try {
    const response = await fetch('/events', {
      cache: 'no-store',
      headers: { accept: 'text/event-stream', ...(lastId === '' ? {} : { 'last-event-id': lastId }) },
      signal: AbortSignal.any([signal, silence.signal]),
    })
    if (!response.ok || response.body === null)
      throw new DashboardError('server-failed', `/events answered with status ${response.status}.`, {
        status: response.status,
      })
    onOpen()
    const parser = new SseParser()
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(timer)
      timer = arm()
      onBytes()
      for (const event of parser.push(value)) onEvent(event)
    }
  } finally {
    clearTimeout(timer)
  }
}

const TYPES: ReadonlySet<string> = new Set<StreamMessage['type']>([
  'lane',
  'trade',
  'positions',
  'bars',
  'notices',
  'reset',
])

/** Reads an event's JSON; null for types of a newer server and for damaged data. */
export function parseMessage(event: SseEvent): StreamMessage | null {
  if (!TYPES.has(event.event)) return null
  try {
    const body = JSON.parse(event.data) as { type?: unknown }
    return typeof body.type === 'string' && TYPES.has(body.type)
      ? (body as StreamMessage)
      : ({ ...body, type: event.event } as StreamMessage)
  } catch {
    return null
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
