/** One figure of the benchmark table: who takes part and what ours must reach. */
export interface Row {
  /** Part of the product: the `bench:<part>` that it belongs to. */
  readonly bench: 'client' | 'engine'
  /** Short kebab-case name, kept stable for comparisons over time. */
  readonly name: string
  /** One sentence for people. */
  readonly title: string
  readonly unit: string
  /** `less` when a smaller figure is better. */
  readonly better: 'less' | 'more'
  /** Modules that run one measurement each, in a process of their own; relative to this folder. */
  readonly contestants: {
    readonly ours: string
    readonly limit: string
    readonly peers: Readonly<Record<string, string>>
  }
  /** Started once and shared by all runs of the row; prints `ready <json>` when it can be used. */
  readonly server?: string
  /** What ours must reach, in figures of the same run. */
  readonly target: { readonly vsLimit: number; readonly vsPeer?: Readonly<Record<string, number>> }
  /** Work per run, for the full and the short form. */
  readonly size: { readonly full: number; readonly short: number }
  /** Peers too slow for the full size run on this many instead. */
  readonly peerSize?: { readonly full: number; readonly short: number }
}

/** What a contestant prints as its last line. */
export interface Sample {
  /** In the row's unit. */
  readonly figure: number
  /** Anything that proves that the same work was done, e.g. a checksum. */
  readonly check?: string | number
}
