/** Sends the newest value of something, never the ones in between. */
export interface LatestPost<T> {
  /** Replaces the value that waits. */
  offer(value: T): void
  /** Sends what waits now; resolves when it is sent or has failed once. */
  flush(): Promise<void>
  /** Ends; what waits is dropped. */
  close(): void
}

/**
 * Posts a state whose newest value is the only one that matters, at most every `intervalMs`.
 *
 * A failed post is tried again with the newest value, waiting twice as long each time up to 30 s.
 */
export function createLatestPost<T>(options: {
  readonly send: (value: T) => Promise<unknown>
  readonly intervalMs: number
  readonly onError: (error: unknown) => void
}): LatestPost<T> {
  const { send, intervalMs, onError } = options
  let waiting: { readonly value: T } | undefined
  let sending: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let waitMs = intervalMs
  let closed = false

  const post = async () => {
    const taken = waiting
    if (taken === undefined) return
    waiting = undefined
    try {
      await send(taken.value)
      waitMs = intervalMs
    } catch (error) {
      onError(error)
      // A newer value may have come meanwhile.
      waiting ??= taken
      waitMs = Math.min(waitMs * 2, 30_000)
    }
  }
  const run = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    sending ??= post().finally(() => {
      sending = undefined
      schedule()
    })
    return sending
  }
  const schedule = () => {
    if (!closed && waiting !== undefined && sending === undefined)
      timer ??= setTimeout(() => void run(), waitMs)
  }
  return {
    offer(value) {
      waiting = { value }
      schedule()
    },
    async flush() {
      await sending
      await run()
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
