/** What a {@link Progress} writes to. */
export interface ProgressOutput {
  /** Talk, never results. */
  err(text: string): void
  /** A terminal that a person watches: the line is written over. */
  readonly interactive: boolean
  /** Takes each state that is told, for programs. */
  progress?(state: ProgressState): void
}

/** How far some work is. */
export interface ProgressState {
  /** What is done, e.g. `simulating`. */
  readonly label: string
  /** 0 to 1. */
  readonly share: number
  /** How many {@link unit}s are done. */
  readonly count: number
  /** E.g. `rows`. */
  readonly unit: string
  /** Absent while nothing can be said of it. */
  readonly secondsLeft?: number
}

const BAR_CELLS = 20
/** A person needs no more; a fast download would write thousands of lines. */
const REDRAW_MS = 100
/** Without a terminal: one line for each tenth, or for so long. */
const PLAIN_STEPS = 10
const PLAIN_MS = 5000

/** What a {@link Progress} counts, and by which clock. */
export interface ProgressOptions {
  /** Of the numbers it tells. Default `rows`. */
  readonly unit?: string
  /** Milliseconds since some instant. Default: the clock of this process. */
  readonly nowMs?: () => number
}

/** Tells how far some work is: a bar with the time left on a terminal, else a plain line now and then. */
export class Progress {
  readonly #output: ProgressOutput
  readonly #label: string
  readonly #unit: string
  readonly #nowMs: () => number
  readonly #startedMs: number
  #startedAt: number | undefined
  #toldMs = Number.NEGATIVE_INFINITY
  #toldStep = -1
  #toldCount = -1

  /** Begins; `label` stands before each line. */
  constructor(output: ProgressOutput, label: string, options: ProgressOptions = {}) {
    this.#output = output
    this.#label = label
    this.#unit = options.unit ?? 'rows'
    this.#nowMs = options.nowMs ?? (() => performance.now())
    this.#startedMs = this.#nowMs()
  }

  /** `share` of the work is done, 0 to 1; `count` is told with it. */
  update(share: number, count: number): void {
    this.#startedAt ??= share
    const now = this.#nowMs()
    const step = Math.floor(share * PLAIN_STEPS)
    const isDue = this.#output.interactive
      ? now - this.#toldMs >= REDRAW_MS
      : step > this.#toldStep || now - this.#toldMs >= PLAIN_MS
    if (!isDue) return
    this.#toldMs = now
    this.#toldStep = step
    this.#tell(share, count)
  }

  /** Tells the last state and ends the line. */
  end(share: number, count: number): void {
    const isTold = !this.#output.interactive && this.#toldStep >= Math.floor(share * PLAIN_STEPS)
    if (!isTold || this.#toldCount !== count) this.#tell(share, count)
    if (this.#output.interactive) this.#output.err('\n')
  }

  #tell(share: number, count: number): void {
    this.#toldCount = count
    const secondsLeft = this.#secondsLeft(share)
    this.#output.progress?.({
      label: this.#label,
      share,
      count,
      unit: this.#unit,
      ...(secondsLeft !== undefined && { secondsLeft }),
    })
    const percent = `${Math.floor(share * 100)} %`.padStart(5)
    const text = `${percent}  ${grouped(count)} ${this.#unit}${leftText(secondsLeft)}`
    if (!this.#output.interactive) return this.#output.err(`  ${this.#label} ${text}\n`)
    const full = Math.round(share * BAR_CELLS)
    const bar = '█'.repeat(full) + '░'.repeat(BAR_CELLS - full)
    // Written over the last one, and the rest of that cleared.
    this.#output.err(`\r  ${this.#label} ${bar} ${text}\u001B[K`)
  }

  #secondsLeft(share: number): number | undefined {
    const done = share - (this.#startedAt ?? 0)
    const seconds = (this.#nowMs() - this.#startedMs) / 1000
    return done <= 0 || share >= 1 || seconds < 1 ? undefined : Math.ceil((seconds / done) * (1 - share))
  }
}

function leftText(seconds: number | undefined): string {
  if (seconds === undefined) return ''
  return seconds < 120 ? `  ${seconds} s left` : `  ${Math.ceil(seconds / 60)} min left`
}

/** A whole number with thin groups of three: 46 912. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ')
}
