import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { installedPackage, isInstalled, type PackageFolder, packageAround } from './package-folders.ts'
import { partOf } from './star-pattern.ts'
import { mappedPaths } from './tsconfig-paths.ts'

/** Of the maps `exports` and `imports`; a program of claw is run by Node as a module. */
const CONDITIONS: ReadonlySet<string> = new Set(['import', 'node', 'module-sync', 'default'])
/** Our own packages are the program that runs the strategy: their version says enough, also where they are linked. */
const OWN = '@openclaw-trading/'

/** What an import that is no path leads to. */
export interface ImportTarget {
  /** Where its file may be, best first. */
  readonly paths: readonly string[]
  /** `name@version` of an installed package. */
  readonly installed?: string
}

/**
 * Where an import that is no path leads to, from a file: by `imports` of the package around it (`#x`), by `paths` and
 * `baseUrl` of its tsconfig.json, or to a package: of the project where it is linked or imports itself, else installed.
 */
export function packageImport(specifier: string, file: string): ImportTarget {
  if (isBuiltin(specifier)) return { paths: [] }
  if (specifier.startsWith('#')) {
    const around = packageAround(file)
    return { paths: around === undefined ? [] : mapped(around, around.manifest.imports, specifier) }
  }
  const paths = mappedPaths(specifier, file).filter(path => !isInstalled({ folder: path }))
  const [, name = '', rest = ''] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? []
  const target = name === '' ? undefined : installedPackage(name, file)
  if (target === undefined) return { paths }
  if (isInstalled(target) || name.startsWith(OWN))
    return { paths, installed: `${name}@${target.manifest.version ?? '?'}` }
  return { paths: [...paths, ...entriesOf(target, rest)] }
}

function entriesOf(target: PackageFolder, rest: string): readonly string[] {
  const { folder, manifest } = target
  if (manifest.exports !== undefined) return mapped(target, subpathsOf(manifest.exports), `.${rest}`)
  return rest === ''
    ? [join(folder, manifest.main ?? 'index.js'), join(folder, 'index')]
    : [join(folder, rest)]
}

/** `exports` may be the target of the package itself. */
function subpathsOf(exports: unknown): unknown {
  const isMap = isObject(exports) && Object.keys(exports).every(key => key.startsWith('.'))
  return isMap ? exports : { '.': exports }
}

function mapped({ folder }: PackageFolder, map: unknown, key: string): readonly string[] {
  if (!isObject(map)) return []
  if (Object.hasOwn(map, key)) return targetsOf(map[key]).map(path => join(folder, path))
  const patterns = Object.keys(map).filter(pattern => pattern.includes('*'))
  // The longest that fits counts.
  for (const pattern of patterns.sort((a, b) => b.length - a.length)) {
    const part = partOf(pattern, key)
    if (part !== undefined)
      return targetsOf(map[pattern]).map(path =>
        join(
          folder,
          path.replaceAll('*', () => part),
        ),
      )
  }
  return []
}

function targetsOf(target: unknown): readonly string[] {
  if (typeof target === 'string') return [target]
  if (Array.isArray(target)) return target.flatMap(targetsOf)
  if (!isObject(target)) return []
  const condition = Object.keys(target).find(key => CONDITIONS.has(key) && targetsOf(target[key]).length > 0)
  return condition === undefined ? [] : targetsOf(target[condition])
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
