import { type Clock, within } from '../clock.ts'
import type { Transport, TransportConnection, TransportListener } from '../transport/transport.ts'
import { lost } from './loss.ts'

/** What a transport gets beyond its own timeout before it is given up: its own error says more. */
const GRACE_MS = 1000

/** Opens a transport in bounded time, also one that forgets its timeout; what it opens too late is closed. */
export async function openTransport(
  transport: Transport,
  listener: TransportListener,
  options: { readonly clock: Clock; readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<TransportConnection> {
  const { clock, timeoutMs, signal } = options
  let late = false
  const opening = transport.open(listener, signal === undefined ? { timeoutMs } : { timeoutMs, signal })
  opening.then(
    connection => {
      if (late) connection.destroy()
    },
    () => {},
  )
  try {
    const limitMs = timeoutMs + GRACE_MS
    return await within(
      clock,
      opening,
      limitMs,
      () => lost(`it was not there within ${limitMs} ms`, 'not-sent'),
      signal,
    )
  } catch (error) {
    late = true
    throw error
  }
}
