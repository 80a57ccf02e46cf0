import { median } from './median.ts'
import { type BenchServer, runOnce, startServer } from './process.ts'
import type { Figure, Row, Sample } from './row.ts'

/** The result of a figure, as printed. */
export interface RowResult {
  readonly bench: string
  readonly name: string
  readonly unit: string
  readonly ours: number
  /** `null` where there is no limit but the target. */
  readonly limit: number | null
  readonly vsLimit: number | null
  readonly peers: Readonly<Record<string, number>>
  readonly vsPeer: Readonly<Record<string, number>>
  /** Ratio of two series of the same program in the same rounds: nearer to 1 there is no difference. `null` in the short form. */
  readonly aa: number | null
  readonly rounds: number
  readonly target: string
  readonly met: boolean
}

/** A contestant's samples by its name: `again` is ours a second time, the A/A pair. */
export type Samples = ReadonlyMap<string, readonly Sample[]>

interface Entrant {
  readonly name: string
  readonly module: string
  readonly size: number
}

function entrants(row: Row, short: boolean): readonly Entrant[] {
  const { ours, limit, peers } = row.contestants
  const size = short ? row.size.short : row.size.full
  const peerSize = row.peerSize === undefined ? size : short ? row.peerSize.short : row.peerSize.full
  return [
    { name: 'ours', module: ours, size },
    ...(limit === undefined ? [] : [{ name: 'limit', module: limit, size }]),
    // The short form proves that things run; that takes no second run of the same program.
    ...(short ? [] : [{ name: 'again', module: ours, size }]),
    ...Object.entries(peers).map(([name, module]) => ({ name, module, size: peerSize })),
  ]
}

async function runEntrant(row: Row, { module, size }: Entrant, shared?: BenchServer): Promise<Sample> {
  const own =
    row.server !== undefined && shared === undefined
      ? await startServer(row.server, [String(size)])
      : undefined
  const info = (own ?? shared)?.info ?? {}
  const authority = info['BENCH_CA_FILE']
  try {
    const env = { ...info, ...(authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: authority }) }
    const line = await runOnce(module, [String(size)], env, row.pinned ?? row.server !== undefined)
    if (own === undefined) return JSON.parse(line) as Sample
    const sample = await own.sample
    if (row.measuredAt !== 'both') return sample
    return { ...sample, figures: { ...sample.figures, ...(JSON.parse(line) as Sample).figures } }
  } finally {
    own?.stop()
  }
}

/** Measures a row in interleaved rounds. */
export async function measure(row: Row, rounds: number, short: boolean): Promise<Samples> {
  const all = entrants(row, short)
  const samples = new Map<string, Sample[]>(all.map(({ name }) => [name, []]))
  const shared =
    row.server === undefined || row.measuredAt !== undefined
      ? undefined
      : await startServer(row.server, [String(short ? row.size.short : row.size.full)])
  try {
    for (let round = 0; round < rounds; round++) {
      const checks = new Map<number, Sample['check']>()
      // The order rotates, so that no contestant always runs on a warm or a cold machine.
      for (const [index] of all.entries()) {
        const entrant = all[(index + round) % all.length]
        if (entrant === undefined) continue
        const sample = await runEntrant(row, entrant, shared)
        samples.get(entrant.name)?.push(sample)
        const other = checks.get(entrant.size)
        if (other !== undefined && sample.check !== undefined && other !== sample.check)
          throw new Error(
            `${entrant.module} did other work than the rest (${sample.check} against ${other}).`,
          )
        checks.set(entrant.size, sample.check ?? other)
      }
    }
  } finally {
    shared?.stop()
  }
  return samples
}

const round = (value: number): number => Number(value.toPrecision(3))
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : round(value))

/** Sums a figure up and compares it with its target. */
export function summarise(row: Row, figure: Figure, samples: Samples, rounds: number): RowResult {
  const valuesOf = (name: string): readonly number[] =>
    (samples.get(name) ?? []).map(sample => sample.figures[figure.of] ?? Number.NaN)
  const best = figure.better === 'less' ? Math.min : Math.max
  const sum = (values: readonly number[]): number =>
    values.length > 0 && figure.summary === 'best' ? best(...values) : median(values)
  const ours = sum([...valuesOf('ours'), ...valuesOf('again')])
  const limit = sum(valuesOf('limit'))
  const peers = Object.keys(row.contestants.peers).map((name): [string, number] => [
    name,
    sum(valuesOf(name)),
  ])
  const vsPeer = new Map(peers.map(([name, value]) => [name, ours / value]))
  const { target } = figure
  const bounds: (readonly [string, number, number | undefined])[] = [
    ['vsLimit', ours / limit, target.vsLimit],
    ['ours-limit', ours - limit, target.overLimit],
    ['ours', ours, target.ours],
    ...Object.entries(target.vsPeer ?? {}).map(
      ([name, bound]) => [`vsPeer.${name}`, vsPeer.get(name) ?? Number.NaN, bound] as const,
    ),
  ]
  const stated = bounds.flatMap(([name, value, bound]) =>
    bound === undefined ? [] : [{ name, value, bound }],
  )
  return {
    bench: row.bench,
    name: figure.name,
    unit: figure.unit,
    ours: round(ours),
    limit: orNull(limit),
    vsLimit: orNull(ours / limit),
    peers: Object.fromEntries(peers.map(([name, value]) => [name, round(value)])),
    vsPeer: Object.fromEntries([...vsPeer].map(([name, ratio]) => [name, round(ratio)])),
    aa: orNull(sum(valuesOf('ours')) / sum(valuesOf('again'))),
    rounds,
    target: stated
      .map(({ name, bound }) => `${name}${figure.better === 'less' ? '<=' : '>='}${round(bound)}`)
      .join(' and '),
    met: stated.every(({ value, bound }) => (figure.better === 'less' ? value <= bound : value >= bound)),
  }
}
