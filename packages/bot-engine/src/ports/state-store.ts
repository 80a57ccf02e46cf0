/** Where the state of a strategy, and what its limits have seen, survive the process; one for each bot, strategy, instrument and account. */
export interface StateStore {
  /** What was saved last, parsed; `undefined` when there is none. */
  load(): Promise<unknown>
  /** Must be durable when it resolves; `json` replaces what was saved before. */
  save(json: string): Promise<void>
}
