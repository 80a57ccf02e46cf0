/** What a code means, for whoever has no network. */
export interface Explanation {
  /** What happened, and why. */
  readonly cause: string
  /** What to do. */
  readonly fix: string
  /** A command or a line of code. */
  readonly example?: string
}
