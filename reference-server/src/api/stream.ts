import type { Context } from 'hono'
import { stream } from 'hono/streaming'
import { ServerError } from '../errors.ts'
import type { EventRing } from './event-ring.ts'

/** A comment is sent when nothing else was for this long: proxies close quiet connections. */
export const HEARTBEAT_COMMENT_MS = 15_000
/** Streams open at once; a browser needs one. */
export const MAX_STREAMS = 64

/** Serves the stream of events; counts its readers. */
export interface EventStream {
  /** Answers one request. @throws {@link ServerError} `too-many-streams` */
  serve(context: Context): Response
  /** Readers connected now. */
  readonly readers: number
}

/**
 * Creates the server-sent events endpoint over a ring of messages.
 *
 * `signal` ends all streams. A reader that passes `Last-Event-ID` goes on where it was, or gets `reset`.
 */
export function createEventStream(
  ring: EventRing,
  options: { readonly signal: AbortSignal; readonly heartbeatMs?: number; readonly maxStreams?: number },
): EventStream {
  const heartbeatMs = options.heartbeatMs ?? HEARTBEAT_COMMENT_MS
  const maxStreams = options.maxStreams ?? MAX_STREAMS
  let readers = 0
  return {
    get readers() {
      return readers
    },
    serve(context) {
      if (readers >= maxStreams)
        throw new ServerError(
          'too-many-streams',
          `${readers} event streams are open. Close a tab of the dashboard.`,
        )
      readers++
      const cursor = startingPoint(context, ring)
      context.header('Content-Type', 'text/event-stream; charset=utf-8')
      context.header('Cache-Control', 'no-cache, no-transform')
      context.header('X-Accel-Buffering', 'no')
      return stream(context, async out => {
        const ended = new AbortController()
        out.onAbort(() => ended.abort())
        const signal = AbortSignal.any([ended.signal, options.signal, context.req.raw.signal])
        try {
          await out.write('retry: 2000\n: hello\n\n')
          await follow(ring, cursor, heartbeatMs, signal, text => out.write(text))
        } finally {
          readers--
        }
      })
    },
  }
}

async function follow(
  ring: EventRing,
  start: number,
  heartbeatMs: number,
  signal: AbortSignal,
  write: (text: string) => Promise<unknown>,
): Promise<void> {
  let cursor = start
  while (!signal.aborted) {
    const since = ring.since(cursor)
    if (since.type === 'gap') {
      cursor = ring.lastId
      await write(`id: ${cursor}\nevent: reset\ndata: {"type":"reset"}\n\n`)
    } else if (since.events.length > 0) {
      cursor = since.events.at(-1)?.id ?? cursor
      await write(since.events.map(frame).join(''))
    } else {
      const before = ring.lastId
      await ring.next(heartbeatMs, signal)
      if (!signal.aborted && ring.lastId === before) await write(': still here\n\n')
    }
  }
}

function frame({
  id,
  message,
}: {
  readonly id: number
  readonly message: { readonly type: string }
}): string {
  return `id: ${id}\nevent: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`
}

function startingPoint(context: Context, ring: EventRing): number {
  const given = context.req.header('Last-Event-ID') ?? context.req.query('lastEventId')
  if (given === undefined || given === '') return ring.lastId
  const id = Number(given)
  // An id we never gave is a gap like any other.
  return Number.isSafeInteger(id) ? id : -1
}
