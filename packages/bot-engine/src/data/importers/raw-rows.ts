import { type Instrument, POINTS_PER_UNIT, roundPoints } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import { fieldsOf } from './fields.ts'
import type { Quarantine, RowDefect } from './quarantine.ts'
import type { FilePlan } from './shapes.ts'
import { eachLineOfMany, type TextSource } from './text-source.ts'
import { type TimeText, timeProblem } from './time-text.ts'

/** Rows for which there is room at first; it grows by half. */
const FIRST_ROOM = 1024

/** Rows as they stand in files, with prices in points and times of an unknown zone. Columns may be longer than {@link RawRows.length}. */
export class RawRows {
  readonly series: 'ticks' | 'bars'
  length = 0
  /** Milliseconds as if the times were UTC. */
  local: Float64Array
  /** What the rows state of their offset from UTC; `undefined` as soon as one does not. */
  statedOffsetMs: 'each' | 0 | undefined
  utc: Float64Array
  /** Bid and ask, or open, high, low and close. */
  prices: readonly Float64Array[]
  /** Of bars; empty of quotes. */
  volume: Float64Array
  /** Decimals of the most exact price. */
  decimals = 0
  #line = new Uint32Array(FIRST_ROOM)
  readonly #files: { readonly name: string; readonly from: number }[] = []

  constructor(series: 'ticks' | 'bars') {
    this.series = series
    const column = () => new Float64Array(FIRST_ROOM)
    this.local = column()
    this.utc = column()
    this.prices = series === 'ticks' ? [column(), column()] : [column(), column(), column(), column()]
    this.volume = series === 'ticks' ? new Float64Array() : column()
  }

  /** Adds a row: its prices in points, what it counts of trades or quotes, and where it stands. */
  push(
    points: readonly number[],
    { local, offsetMs }: TimeText,
    count: number,
    { name, line }: { readonly name: string; readonly line: number },
  ): void {
    const row = this.length
    if (row === this.local.length) this.#grow(Math.ceil(row * 1.5))
    for (const [place, column] of this.prices.entries()) column[row] = points[place] as number
    this.local[row] = local
    this.utc[row] = local - (offsetMs ?? 0)
    if (this.series === 'bars') this.volume[row] = count >= 0 && Number.isFinite(count) ? count : 0
    this.#line[row] = line
    if (this.#files.at(-1)?.name !== name) this.#files.push({ name, from: row })
    this.length = row + 1
    this.#noteOffset(offsetMs)
  }

  #noteOffset(offsetMs: number | undefined): void {
    if (this.length === 1)
      this.statedOffsetMs = offsetMs === 0 ? 0 : offsetMs === undefined ? undefined : 'each'
    else if (offsetMs === undefined) this.statedOffsetMs = undefined
    else if (offsetMs !== 0 && this.statedOffsetMs === 0) this.statedOffsetMs = 'each'
  }

  /** Where a row stands. */
  placeOf(row: number): { readonly file: string; readonly line: number } {
    const file = this.#files.findLast(({ from }) => from <= row)?.name ?? ''
    return { file, line: this.#line[row] ?? 0 }
  }

  /** Which rows each file has, in the order of reading. */
  files(): readonly { readonly name: string; readonly from: number; readonly end: number }[] {
    return this.#files.map(({ name, from }, index) => ({
      name,
      from,
      end: this.#files[index + 1]?.from ?? this.length,
    }))
  }

  #grow(room: number): void {
    const larger = (column: Float64Array) => {
      const grown = new Float64Array(room)
      grown.set(column)
      return grown
    }
    this.local = larger(this.local)
    this.utc = larger(this.utc)
    this.prices = this.prices.map(larger)
    if (this.series === 'bars') this.volume = larger(this.volume)
    const lines = this.#line
    this.#line = new Uint32Array(room)
    this.#line.set(lines)
  }
}

/** Reads the rows of a text. @throws {@link EngineError} `data-invalid` with file, line and text of what is no row */
export async function readRows(
  source: TextSource,
  { plan, instrument, signal }: RowReading,
  into: RawRows,
  quarantine: Quarantine,
): Promise<void> {
  const reader = new RowReader(source, plan, instrument, into, quarantine)
  const take = (text: string, line: number): void => {
    if (line > 1 || !plan.hasHeader) reader.take(text, line)
  }
  await eachLineOfMany(source, take, signal)
}

/** How the rows of a text are read. */
interface RowReading {
  readonly plan: FilePlan
  readonly instrument: Pick<Instrument, 'digits'>
  readonly signal: AbortSignal | undefined
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
    const fields = fieldsOf(text, delimiter)
    if (fields === undefined)
      return this.#fail(line, text, 'has a quote that is not closed on the line, or text behind it')
    if (fields.length < columns)
      this.#fail(line, text, `has ${fields.length} columns, and its first row ${columns} or more`)
    const time = this.#plan.timeOf(fields)
    if (time === undefined) return this.#fail(line, text, timeProblem(fields) ?? 'does not begin with a time')
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
      this.#into.decimals = Math.max(this.#into.decimals, decimalsOf(text, dot, this.#into.decimals))
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

const EXPONENT = /e([+-]?\d+)$/i

/** Decimals without zeros at the end, of which some vendors write a fixed number; looked at where they are more than `known`. */
function decimalsOf(text: string, dot: number, known: number): number {
  const power = EXPONENT.exec(text)
  // 3.8629e+03 has one decimal.
  const shift = power === null ? 0 : Number(power[1])
  let end = power === null ? text.length : power.index
  while (end - dot - 1 - shift > known && text[end - 1] === '0') end -= 1
  return Math.max(0, end - dot - 1 - shift)
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
