import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { localModules } from '@openclaw-trading/bot-engine/research'
import type { StrategySource } from '../project/strategy-source.ts'
import { type CpuProfile, fileOf, inSources } from './cpu-profile.ts'
import { hotFunctions, type TimeShares } from './hot-functions.ts'

/** Name of the profile in the folder of a run. */
export const PROFILE_FILE = 'strategy.cpuprofile'

/** Functions that are told. */
const TOLD = 5
/** Fewer looks say nothing of shares: a tenth of a percent would be one of them. */
const FEW_LOOKS = 200

/** Where the time of a run went, and the file that has all of it. */
export interface ProfileReport extends TimeShares {
  /** As one would type it. */
  readonly file: string
}

/** Writes the profile of a run beside its report, and adds it up for the files of the strategy. */
export function writeProfile(
  profile: CpuProfile,
  { url }: StrategySource,
  { folder, cwd }: { readonly folder: string; readonly cwd: string },
): ProfileReport {
  const file = join(folder, PROFILE_FILE)
  const files = new Set(localModules(fileURLToPath(url)).files)
  // By the files that ran: their sources may be others, e.g. of a package.
  const own = profile.nodes.filter(({ callFrame }) => files.has(fileOf(callFrame) ?? ''))
  const ids = new Set(own.map(({ id }) => id))
  const mapped = inSources(profile)
  writeFileSync(file, JSON.stringify(mapped))
  const shares = hotFunctions(mapped, ({ id }) => ids.has(id))
  const shown = (path: string) => {
    const short = relative(cwd, path)
    return short.startsWith('..') ? path : short
  }
  const functions = shares.functions.slice(0, TOLD).map(one => ({ ...one, file: shown(one.file) }))
  return { ...shares, functions, file: shown(file) }
}

/** The lines that a person reads. */
export function profileText({ tookMs, looks, strategy, garbage, functions, file }: ProfileReport): string {
  const engine = Math.max(0, 1 - strategy - garbage)
  const width = Math.max(0, ...functions.map(({ name }) => name.length))
  const lines = functions.map(({ name, share, file: path, line, mostlyIn }) => {
    const most = mostlyIn === undefined ? '' : `  (most of it in ${mostlyIn})`
    return `    ${percent(share)}  ${name.padEnd(width)}  ${path}:${line}${most}\n`
  })
  const few = looks < FEW_LOOKS ? `    Only ${looks} looks: run over more rows for shares that hold.\n` : ''
  return (
    `  profile  ${(tookMs / 1000).toFixed(2)} s: ${percent(strategy).trim()} in the strategy, ${percent(engine).trim()} in the engine, ${percent(garbage).trim()} collecting garbage\n` +
    `${lines.join('')}${few}  ✔ profile  ${file}  (opens in the DevTools of a browser, and in editors)\n`
  )
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`.padStart(5)
}
