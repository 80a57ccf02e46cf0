import { median } from './median.ts'
import { runOnce, startServer } from './process.ts'
import type { Row, Sample } from './row.ts'

/** The result of a row, as printed. */
export interface RowResult {
  readonly bench: string
  readonly name: string
  readonly unit: string
  readonly ours: number
  readonly limit: number
  readonly vsLimit: number
  readonly peers: Readonly<Record<string, number>>
  readonly vsPeer: Readonly<Record<string, number>>
  /** Ratio of two series of the same program in the same rounds: below it there is no difference. */
  readonly aa: number
  readonly rounds: number
  readonly target: string
  readonly met: boolean
}

/** Names whose series is measured: `again` is ours a second time, the A/A pair. */
type Series = Map<string, number[]>

async function measure(row: Row, rounds: number, short: boolean): Promise<Series> {
  const server = row.server === undefined ? undefined : await startServer(row.server)
  const size = short ? row.size.short : row.size.full
  const peerSize = row.peerSize === undefined ? size : short ? row.peerSize.short : row.peerSize.full
  const modules: [string, string, number][] = [
    ['ours', row.contestants.ours, size],
    ['limit', row.contestants.limit, size],
    ['again', row.contestants.ours, size],
    ...Object.entries(row.contestants.peers).map(([name, module]): [string, string, number] => [
      name,
      module,
      peerSize,
    ]),
  ]
  const series: Series = new Map(modules.map(([name]) => [name, []]))
  try {
    for (let round = 0; round < rounds; round++) {
      // The order rotates, so that no contestant always runs on a warm or a cold machine.
      const turn = modules
        .map((_, index) => modules[(index + round) % modules.length])
        .filter(m => m !== undefined)
      const checks = new Map<number, Sample['check']>()
      for (const [name, module, n] of turn) {
        const sample = await runOnce(module, [String(n)], {
          ...server?.info,
          NODE_EXTRA_CA_CERTS: server?.info['BENCH_CA_FILE'],
        })
        series.get(name)?.push(sample.figure)
        const other = checks.get(n)
        if (other !== undefined && sample.check !== undefined && other !== sample.check)
          throw new Error(
            `${row.name}: ${module} did other work than the rest (${sample.check} against ${other}).`,
          )
        checks.set(n, sample.check ?? other)
      }
    }
  } finally {
    server?.stop()
  }
  return series
}

const round = (value: number): number => Number(value.toPrecision(3))

/** Measures a row in interleaved rounds and compares the medians. */
export async function runRow(row: Row, rounds: number, short: boolean): Promise<RowResult> {
  const series = await measure(row, rounds, short)
  const of = (name: string): number => median(series.get(name) ?? [])
  const ours = median([...(series.get('ours') ?? []), ...(series.get('again') ?? [])])
  const peers = Object.keys(row.contestants.peers)
  const vsLimit = ours / of('limit')
  const vsPeer = Object.fromEntries(peers.map(name => [name, ours / of(name)]))
  const meets = (ratio: number, bound: number): boolean =>
    row.better === 'less' ? ratio <= bound : ratio >= bound
  const sign = row.better === 'less' ? '<=' : '>='
  const peerTargets = Object.entries(row.target.vsPeer ?? {})
  return {
    bench: row.bench,
    name: row.name,
    unit: row.unit,
    ours: round(ours),
    limit: round(of('limit')),
    vsLimit: round(vsLimit),
    peers: Object.fromEntries(peers.map(name => [name, round(of(name))])),
    vsPeer: Object.fromEntries(Object.entries(vsPeer).map(([name, ratio]) => [name, round(ratio)])),
    aa: round(of('ours') / of('again')),
    rounds,
    target: [
      `vsLimit${sign}${row.target.vsLimit}`,
      ...peerTargets.map(([name, bound]) => `vsPeer.${name}${sign}${round(bound)}`),
    ].join(' and '),
    met:
      meets(vsLimit, row.target.vsLimit) &&
      peerTargets.every(([name, bound]) => meets(vsPeer[name] ?? Number.NaN, bound)),
  }
}
