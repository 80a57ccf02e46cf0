import type { Logger } from './observability/logger.ts'

interface Owned {
  readonly name: string
  readonly end: () => Promise<unknown> | unknown
  readonly withinMs: number
}

/** Longest wait for one part to end. */
const STEP_MS = 10_000

/** What has been started, so that it ends in reverse order: each part within its time, all of them in any case. */
export class Teardown {
  readonly #owned: Owned[] = []
  readonly #logger: Logger
  #running: Promise<void> | undefined

  /** Creates an empty list. */
  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Registers how a part ends; parts registered later end first. */
  add(name: string, end: () => Promise<unknown> | unknown, withinMs: number = STEP_MS): void {
    this.#owned.push({ name, end, withinMs })
  }

  /** Ends everything; a second call waits for the first. Never rejects: what failed is logged. */
  run(): Promise<void> {
    this.#running ??= this.#run()
    return this.#running
  }

  async #run(): Promise<void> {
    for (let owned = this.#owned.pop(); owned !== undefined; owned = this.#owned.pop()) {
      const { name, withinMs } = owned
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<'late'>(resolve => {
        timer = setTimeout(() => resolve('late'), withinMs)
      })
      try {
        const end = owned.end
        const outcome = await Promise.race([(async () => end())(), late])
        if (outcome === 'late') this.#logger.error({ name, withinMs }, 'part did not end in time')
      } catch (error) {
        this.#logger.error({ name, error }, 'part failed to end')
      } finally {
        clearTimeout(timer)
      }
    }
  }
}
