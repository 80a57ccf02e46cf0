import { type Instrument, POINTS_PER_UNIT, roundPoints } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import type { Quarantine, RowDefect } from './quarantine.ts'
import type { FilePlan } from './shapes.ts'
import { eachLine, type TextSource } from './text-source.ts'
import type { TimeText } from './time-text.ts'

/** Rows as they stand in files, with prices in points and times of an unknown zone. */
export class RawRows {
  readonly series: 'ticks' | 'bars'
  /** Milliseconds as if the times were UTC. */
  readonly local: number[] = []
  /** What the rows state of their offset from UTC; `undefined` as soon as one does not. */
  statedOffsetMs: 'each' | 0 | undefined
  readonly utc: number[] = []
  readonly prices: readonly number[][]
  readonly volume: number[] = []
  readonly line: number[] = []
  readonly file: string[] = []
  /** Decimals of the most exact price. */
  decimals = 0

  constructor(series: 'ticks' | 'bars') {
    this.series = series
    this.prices = series === 'ticks' ? [[], []] : [[], [], [], []]
  }

  get length(): number {
    return this.local.length
  }

  /** Adds a row: its prices in points, what it counts of trades or quotes, and where it stands. */
  push(
    points: readonly number[],
    { local, offsetMs }: TimeText,
    count: number,
    { name, line }: { readonly name: string; readonly line: number },
  ): void {
    for (const [place, price] of points.entries()) this.prices[place]?.push(price)
    this.local.push(local)
    this.utc.push(local - (offsetMs ?? 0))
    this.volume.push(count >= 0 && Number.isFinite(count) ? count : 0)
    this.line.push(line)
    this.file.push(name)
    if (this.length === 1)
      this.statedOffsetMs = offsetMs === 0 ? 0 : offsetMs === undefined ? undefined : 'each'
    else if (offsetMs === undefined) this.statedOffsetMs = undefined
    else if (offsetMs !== 0 && this.statedOffsetMs === 0) this.statedOffsetMs = 'each'
  }
}

/** Reads the rows of a text. @throws {@link EngineError} `data-invalid` with file, line and text of what is no row */
export function readRows(
  source: TextSource,
  plan: FilePlan,
  instrument: Pick<Instrument, 'digits'>,
  into: RawRows,
  quarantine: Quarantine,
): void {
  const reader = new RowReader(source, plan, instrument, into, quarantine)
  eachLine(source, (text, line) => {
    if (line > 1 || !plan.hasHeader) reader.take(text, line)
  })
}

class RowReader {
  readonly #name: string
  readonly #plan: FilePlan
  readonly #instrument: Pick<Instrument, 'digits'>
  readonly #into: RawRows
  readonly #quarantine: Quarantine
  readonly #factor: number
  /** Sides of the row before, for exports that leave out what has not changed. */
  #sides: readonly string[] = []

  constructor(
    source: TextSource,
    plan: FilePlan,
    instrument: Pick<Instrument, 'digits'>,
    into: RawRows,
    quarantine: Quarantine,
  ) {
    this.#name = source.name
    this.#plan = plan
    this.#instrument = instrument
    this.#into = into
    this.#quarantine = quarantine
    if (plan.priceFactor === undefined)
      throw new EngineError(
        'data-invalid',
        `${source.name} has prices without decimals: Lean writes those of equities × 10000 and others as they are. State priceDivisor, 10000 or 1.`,
        { details: { path: source.name } },
      )
    this.#factor = POINTS_PER_UNIT / plan.priceFactor
  }

  take(text: string, line: number): void {
    const { delimiter, columns, volume } = this.#plan
    const fields = text.split(delimiter)
    if (fields.length < columns)
      this.#fail(line, text, `has ${fields.length} columns, and its first row ${columns} or more`)
    const time = this.#plan.timeOf(fields)
    if (time === undefined) return this.#fail(line, text, 'does not begin with a time')
    const row: number[] = []
    for (const price of this.#priceTexts(fields)) {
      const points = this.#points(price)
      if (typeof points === 'string') return this.#leaveOut(line, text, points)
      row.push(points)
    }
    const defect = defectOf(row, this.#into.series)
    if (defect !== undefined) return this.#leaveOut(line, text, defect)
    const count = volume === undefined ? 0 : Number(fields[volume] ?? 0)
    this.#into.push(row, time, count, { name: this.#name, line })
  }

  #priceTexts(fields: readonly string[]): readonly string[] {
    const texts = this.#plan.prices.map(place => fields[place]?.trim() ?? '')
    if (!this.#plan.carriesSides) return texts
    const carried = texts.map((text, place) => (text === '' ? (this.#sides[place] ?? '') : text))
    this.#sides = carried
    return carried
  }

  #points(text: string): number | RowDefect {
    if (text === '') return 'absent'
    const points = pointsOf(Number(text), this.#instrument, this.#factor)
    const dot = text.indexOf('.')
    if (dot >= 0 && points !== 'not-a-number' && points !== 'negative')
      this.#into.decimals = Math.max(this.#into.decimals, text.length - dot - 1)
    return points
  }

  #leaveOut(line: number, text: string, defect: RowDefect): void {
    this.#quarantine.add({ file: this.#name, line, defect, text })
  }

  #fail(line: number, text: string, problem: string): never {
    const shown = text.slice(0, 80)
    throw new EngineError(
      'data-invalid',
      `${this.#name}:${line} ${problem}: "${shown}". The file was read as ${this.#plan.shape} ${this.#plan.series}; correct or remove the line.`,
      { details: { path: this.#name, line, text: shown } },
    )
  }
}

/** A price in points, or why it is none. */
export function pointsOf(
  value: number,
  instrument: Pick<Instrument, 'digits'>,
  factor: number = POINTS_PER_UNIT,
): number | RowDefect {
  if (!Number.isFinite(value)) return 'not-a-number'
  if (value < 0) return 'negative'
  const points = roundPoints(instrument, value * factor)
  return points > 0 ? points : 'zero'
}

/** Why the prices of a row, in points, cannot be those of a market. */
export function defectOf(row: readonly number[], series: 'ticks' | 'bars'): RowDefect | undefined {
  const [a = 0, b = 0, c = 0, d = 0] = row
  if (series === 'ticks') return a > b ? 'crossed' : undefined
  return b < a || b < d || c > a || c > d || b < c ? 'impossible-bar' : undefined
}
