/** Where the state of a strategy survives the process; one for each bot and account. */
export interface StateStore {
  /** The state saved last; `undefined` when there is none. */
  load(): Promise<unknown>
  /** Must be durable when it resolves; `json` replaces what was saved before. */
  save(json: string): Promise<void>
}
