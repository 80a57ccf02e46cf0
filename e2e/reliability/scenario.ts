/** What a run of a scenario prints as one line of JSON. */
export interface ScenarioResult {
  readonly scenario: string
  readonly seed: number
  /** What was done and seen, so that a run that did nothing shows. */
  readonly counts: Readonly<Record<string, number>>
  readonly pass: boolean
  /** The first violations, with what is needed to see them again; absent when it passed. */
  readonly violations?: readonly string[]
}

/** How to run a scenario. */
export interface ScenarioOptions {
  readonly seed: number
  /** A small run: proves that the scenario works, not that the promise holds. */
  readonly short: boolean
  /** Sizes by name that overrule the scenario's own, e.g. `frames`. */
  readonly sizes: Readonly<Record<string, number>>
}

/** A promise that can be put to the test. */
export interface Scenario {
  readonly id: string
  /** The promise in one sentence. */
  readonly promise: string
  /** Names of the sizes that it takes. */
  readonly sizes: readonly string[]
  run(options: ScenarioOptions): Promise<ScenarioResult>
}
