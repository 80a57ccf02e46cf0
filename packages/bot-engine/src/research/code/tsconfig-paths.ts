import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { isFile, upward } from './package-folders.ts'
import { partOf } from './star-pattern.ts'

/** A tsconfig.json may extend another so often. */
const MOST_EXTENDS = 10

interface Mapping {
  readonly baseUrl?: string | undefined
  readonly paths?: Readonly<Record<string, readonly string[]>> | undefined
  /** Where `paths` are taken from without a `baseUrl`. */
  readonly folder: string
}

/** Where `paths` and `baseUrl` of the tsconfig.json around a file lead an import to; extended ones by relative path count. */
export function mappedPaths(specifier: string, file: string): readonly string[] {
  const config = upward(dirname(file), folder => {
    const path = join(folder, 'tsconfig.json')
    return isFile(path) ? path : undefined
  })
  const mapping = config === undefined ? undefined : mappingOf(config, MOST_EXTENDS)
  if (mapping === undefined) return []
  const { baseUrl, paths = {}, folder } = mapping
  const patterns = Object.keys(paths).sort((a, b) => b.length - a.length)
  for (const pattern of patterns) {
    const part = pattern === specifier ? '' : pattern.includes('*') ? partOf(pattern, specifier) : undefined
    if (part !== undefined)
      return (paths[pattern] ?? []).map(path =>
        resolve(
          baseUrl ?? folder,
          path.replace('*', () => part),
        ),
      )
  }
  return baseUrl === undefined ? [] : [resolve(baseUrl, specifier)]
}

function mappingOf(config: string, left: number): Mapping | undefined {
  const read = readConfig(config)
  if (read === undefined) return undefined
  const folder = dirname(config)
  const { baseUrl, paths } = read.compilerOptions ?? {}
  const own: Mapping = {
    folder,
    paths,
    baseUrl: baseUrl === undefined ? undefined : resolve(folder, baseUrl),
  }
  const bases = [read.extends ?? []].flat().filter(base => base.startsWith('.'))
  const [base] = left === 0 ? [] : bases.slice(-1)
  if (base === undefined) return own
  const path = resolve(folder, base)
  const under = mappingOf(isFile(path) ? path : `${path}.json`, left - 1)
  if (under === undefined) return own
  return own.paths === undefined
    ? { ...under, baseUrl: own.baseUrl ?? under.baseUrl }
    : { ...own, baseUrl: own.baseUrl ?? under.baseUrl }
}

interface TsConfig {
  readonly extends?: string | readonly string[]
  readonly compilerOptions?: {
    readonly baseUrl?: string
    readonly paths?: Readonly<Record<string, readonly string[]>>
  }
}

/** With comments and commas before a closing bracket, as TypeScript reads it. */
function readConfig(path: string): TsConfig | undefined {
  if (!isFile(path)) return undefined
  const text = readFileSync(path, 'utf8')
  const bare = text.replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string = '') => string)
  try {
    return JSON.parse(bare.replace(/("(?:\\.|[^"\\])*")|,(\s*[}\]])/g, (_, string, end) => string ?? end))
  } catch {
    return undefined
  }
}
