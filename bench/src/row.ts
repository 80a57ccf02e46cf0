/** One figure of the benchmark table, and what ours must reach. */
export interface Figure {
  /** Short kebab-case name, kept stable for comparisons over time. */
  readonly name: string
  /** One sentence for people, behind the row's number. */
  readonly title: string
  readonly unit: string
  /** `less` when a smaller figure is better. */
  readonly better: 'less' | 'more'
  /** Its key in a {@link Sample}. */
  readonly of: string
  /** `best` for tails: on cores that others use too they are mostly the scheduler's. Default `median`. */
  readonly summary?: 'median' | 'best'
  readonly target: Target
}

/** Bounds for ours; all that are stated must hold, in figures of the same run. */
export interface Target {
  /** Ours ÷ the limit. */
  readonly vsLimit?: number
  /** Ours − the limit, in the figure's unit. */
  readonly overLimit?: number
  /** Ours ÷ a peer. */
  readonly vsPeer?: Readonly<Record<string, number>>
  /** Ours alone, in the figure's unit. */
  readonly ours?: number
}

/** A measurement: who takes part, and which figures come of it. */
export interface Row {
  /** Part of the product: the `bench:<part>` that it belongs to. */
  readonly bench: 'client' | 'engine'
  readonly figures: readonly Figure[]
  /** Modules that run one measurement each, in a process of their own; relative to this folder. */
  readonly contestants: {
    readonly ours: string
    readonly limit?: string
    readonly peers: Readonly<Record<string, string>>
  }
  /** Prints `ready <json>` when it can be used; shared by all runs of the row. */
  readonly server?: string
  /**
   * `server`: the server takes the time; it is started for each run with its size, and prints `sample <json>` at the
   * end. `both`: the same, and the figures of the contestant are added to it.
   */
  readonly measuredAt?: 'server' | 'both'
  /**
   * Whether contestants run on one core while the server has the other. Default: where there is a server. A process that
   * is alone has all cores, as its user's has: V8 compiles and collects garbage on other threads.
   */
  readonly pinned?: boolean
  /** Work per run, for the full and the short form. */
  readonly size: { readonly full: number; readonly short: number }
  /** Rounds of the full form. Default 5. More where a run is short: on shared cores each moves by a tenth. */
  readonly rounds?: number
  /** Peers too slow for the full size run on this many instead. */
  readonly peerSize?: { readonly full: number; readonly short: number }
}

/** What a contestant prints as its last line, or its server after `sample `. */
export interface Sample {
  /** By {@link Figure.of}. */
  readonly figures: Readonly<Record<string, number>>
  /** Anything that proves that the same work was done, e.g. a checksum. */
  readonly check?: string | number
}
