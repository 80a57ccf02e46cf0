import type { Row } from '../row.ts'

function memoryRow(what: 'ticks' | 'bars', aside: string, full: number, short: number): Row {
  return {
    bench: 'engine',
    figures: [
      {
        name: `memory-growth-${what}`,
        title: `C4: growth of the peak memory from ${what} to ten times as many, ${aside} aside`,
        unit: 'MB',
        better: 'less',
        of: 'growth',
        // The heap of V8 itself may be this much larger or smaller; what grows with the rows would be hundreds.
        target: { ours: 32 },
      },
    ],
    contestants: { ours: `engine/memory-${what}.ts`, peers: {} },
    size: { full, short },
  }
}

/** Memory that grows with the rows: ten times as many over data that are there already, with the same trades. */
export const memoryRows: readonly Row[] = [
  memoryRow('ticks', 'data', 5_000_000, 200_000),
  memoryRow('bars', 'data and equity curve', 5_000_000, 50_000),
]
