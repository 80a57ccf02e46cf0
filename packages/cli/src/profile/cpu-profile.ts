import { existsSync } from 'node:fs'
import { type Profiler, Session } from 'node:inspector/promises'
import { findSourceMap, type SourceMapping } from 'node:module'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

/** What V8 took down of a piece of work, as DevTools and editors open it. */
export type CpuProfile = Profiler.Profile

/** Time between two looks at the stack. V8's own 1,000 µs would leave a run of half a second with 500 looks. */
const INTERVAL_US = 250

/**
 * V8 counts most looks into code that it has put in line for the function around it: of a strategy that took 71 % of a run
 * 6 % were told, and the engine had the rest.
 */
const NOTHING_IN_LINE = ['--no-turbo-inlining', '--no-maglev-inlining']

/** Does work, and takes down which functions its time goes to; work that fails has no profile. */
export async function profiled<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly profile: CpuProfile }> {
  const session = new Session()
  session.connect()
  for (const flag of NOTHING_IN_LINE) setFlagsFromString(flag)
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US })
    await session.post('Profiler.start')
    const result = await work()
    const { profile } = await session.post('Profiler.stop')
    return { result, profile }
  } finally {
    // The other compiler is for what runs briefly, and has it off in some versions.
    setFlagsFromString('--turbo-inlining')
    session.disconnect()
  }
}

/** The profile with the places of the sources in place of what was compiled of them, where a map is known. */
export function inSources(profile: CpuProfile): CpuProfile {
  return { ...profile, nodes: profile.nodes.map(inSource) }
}

function inSource(node: Profiler.ProfileNode): Profiler.ProfileNode {
  const { callFrame } = node
  const source = sourceOf(callFrame)
  if (source === undefined) return node
  // Ticks count lines of what was compiled, which is a single one.
  const { positionTicks: _, ...rest } = node
  return { ...rest, callFrame: { ...callFrame, ...source } }
}

/** The place of a function in its source. Absent: nobody knows, or it is the source, or that is not here. */
function sourceOf({ url, lineNumber, columnNumber }: Profiler.ProfileNode['callFrame']) {
  if (!url.startsWith('file:')) return undefined
  const found: Partial<SourceMapping> | undefined = findSourceMap(url)?.findEntry(lineNumber, columnNumber)
  const { originalSource, originalLine, originalColumn } = found ?? {}
  if (originalSource === undefined || originalLine === undefined || originalColumn === undefined)
    return undefined
  // Maps name sources by an address, or by a path from where they are.
  const source = URL.canParse(originalSource, url) ? new URL(originalSource, url).href : ''
  const file = fileOf({ url: source })
  // Packages are installed without theirs.
  if (file === undefined || !existsSync(file)) return undefined
  return { url: source, lineNumber: originalLine, columnNumber: originalColumn }
}

/** The file of a frame, without the version of a module that was read anew. Absent: it has none. */
export function fileOf({ url }: { readonly url: string }): string | undefined {
  return url.startsWith('file:') ? fileURLToPath(url.replace(/[?#].*$/, '')) : undefined
}
