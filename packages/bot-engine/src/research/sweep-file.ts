import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { unwritable } from '../data/store/durable-file.ts'
import { EngineError } from '../errors.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import type { RunIdentity } from './identity.ts'
import type { SweepRun } from './objective.ts'

const SCHEMA = 'claw.sweep-runs/4'

/** Finished runs of a sweep on disk, one line each, so that a killed sweep loses the line it was writing at most. */
export class SweepFile<S extends AnyStrategy> {
  /** Runs that were in the file when it was opened, by key. */
  readonly finished: ReadonlyMap<string, SweepRun<S>>
  readonly #path: string
  readonly #descriptor: number

  private constructor(path: string, finished: ReadonlyMap<string, SweepRun<S>>, descriptor: number) {
    this.#path = path
    this.finished = finished
    this.#descriptor = descriptor
  }

  /**
   * Opens or creates a file.
   *
   * @throws {@link EngineError} `invalid-options` when it holds runs of something else, `data-invalid` for a damaged line
   */
  static open<S extends AnyStrategy>(path: string, identity: RunIdentity): SweepFile<S> {
    mkdirSync(dirname(path), { recursive: true })
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    // What follows the last newline was being written when its process ended.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    const [header, ...lines] = whole.split('\n').slice(0, -1)
    const finished = new Map<string, SweepRun<S>>()
    if (header !== undefined) {
      checkHeader(path, header, identity)
      lines.forEach((line, i) => {
        const run = readRun<S>(path, line, i + 2)
        finished.set(run.key, run)
      })
    }
    const descriptor = openSync(path, 'a')
    ftruncateSync(descriptor, Buffer.byteLength(whole))
    const file = new SweepFile<S>(path, finished, descriptor)
    if (header === undefined) file.#write({ schema: SCHEMA, ...identity })
    return file
  }

  /** Appends a run. @throws {@link EngineError} `not-writable`, e.g. where the disk is full */
  append({ key, params, report }: SweepRun<S>): void {
    const { at, equityMinor, dayEnd } = report.daily
    const daily = { at: [...at], equityMinor: [...equityMinor], dayEnd }
    this.#write({ key, params, report: { ...report, daily } })
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.#descriptor)
  }

  #write(value: object): void {
    try {
      writeSync(this.#descriptor, `${JSON.stringify(value)}\n`)
    } catch (cause) {
      throw unwritable(this.#path, cause)
    }
  }
}

function checkHeader(path: string, line: string, identity: RunIdentity): void {
  const header = parsed(path, line, 1) as Partial<RunIdentity> & { readonly schema?: string }
  if (header.schema !== SCHEMA)
    throw new EngineError(
      'invalid-options',
      `${path} was written by another version: its runs are ${header.schema ?? 'of no schema'}, and this version goes on with ${SCHEMA}, because what is kept of a run has changed. Nothing was run, and the file is as it was. Begin a new sweep with another file, or remove this one.`,
      { details: { path, found: header.schema ?? '', wanted: SCHEMA } },
    )
  const isOfThis =
    header.strategy === identity.strategy &&
    header.code === identity.code &&
    header.data === identity.data &&
    header.options === identity.options
  if (isOfThis) return
  throw new EngineError(
    'invalid-options',
    `${path} holds runs of ${runsText(header)}; this sweep is of ${runsText(identity)}. Begin a new sweep, or go on with the same strategy, code, data and options (costs and hours of the symbol's record among them).`,
    { details: { path, found: header, wanted: identity } },
  )
}

function runsText({ strategy, code, data, options }: Partial<RunIdentity>): string {
  return `${strategy}${code === undefined ? '' : ` (code ${code})`} on data ${data} with options ${options}`
}

function readRun<S extends AnyStrategy>(path: string, line: string, number: number): SweepRun<S> {
  const { key, params, report } = parsed(path, line, number) as SweepRun<S>
  const at = Float64Array.from(report.daily.at)
  const equityMinor = Float64Array.from(report.daily.equityMinor)
  return {
    key,
    params,
    report: { ...report, daily: { ...report.daily, length: at.length, at, equityMinor } },
  }
}

function parsed(path: string, line: string, number: number): object {
  try {
    return JSON.parse(line) as object
  } catch (cause) {
    throw new EngineError('data-invalid', `${path}:${number} is no JSON. Remove the line to run it again.`, {
      cause,
      details: { path, line: number },
    })
  }
}
