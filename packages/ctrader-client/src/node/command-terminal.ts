/** What a command has of its terminal. */
export interface CommandTerminal {
  /** Results. */
  out(text: string): void
  /** Talk and errors. */
  err(text: string): void
  /** One line that a person types or pastes; rejects when there is none. */
  readLine(): Promise<string>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Name of the command, for help: `ctrader`, `claw`. */
  readonly program: string
  /** A person watches the talk: progress may be drawn over. Default false. */
  readonly interactive?: boolean
  /** Resolves when results may be written on: whoever reads them is slower than we are. */
  drained?(): Promise<void>
  /** Gives up. */
  readonly signal?: AbortSignal
}
