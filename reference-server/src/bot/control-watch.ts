import type { ControlResponse } from '@openclaw-trading/control-plane/client'

/** Follows what the operator wants of this instance. */
export interface ControlWatch {
  /** Looks at once. */
  look(): void
  close(): void
}

/** A change reaches the bot within this time, also when the worker's hint is lost. */
export const CONTROL_INTERVAL_MS = 2000
/** Without an answer for this long nothing is opened any more (demo; live waits for intents). */
export const CONTROL_STALE_MS = 30_000

/**
 * Polls the control (an unchanged one is a 304) and calls back on each answer, and once when it has become stale.
 *
 * Exits go on in any case.
 */
export function watchControl(options: {
  readonly read: () => Promise<ControlResponse>
  readonly onControl: (control: ControlResponse) => void
  readonly onStale: () => void
  readonly onError: (error: unknown) => void
  readonly intervalMs?: number
  readonly staleMs?: number
}): ControlWatch {
  const {
    onControl,
    onStale,
    onError,
    intervalMs = CONTROL_INTERVAL_MS,
    staleMs = CONTROL_STALE_MS,
  } = options
  let answeredAt = performance.now()
  let stale = false
  let reading = false
  let again = false
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const read = async () => {
    try {
      const control = await options.read()
      answeredAt = performance.now()
      stale = false
      if (!closed) onControl(control)
    } catch (error) {
      if (!closed) onError(error)
    }
  }
  const checkAge = () => {
    if (stale || performance.now() - answeredAt <= staleMs) return
    stale = true
    onStale()
  }
  const look = async () => {
    // A hint that arrives while an older state is being read must not be lost.
    if (reading) {
      again = true
      return
    }
    clearTimeout(timer)
    reading = true
    await read()
    reading = false
    if (closed) return
    checkAge()
    timer = setTimeout(() => void look(), again ? 0 : intervalMs)
    again = false
  }
  timer = setTimeout(() => void look(), intervalMs)
  return {
    look: () => void look(),
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
