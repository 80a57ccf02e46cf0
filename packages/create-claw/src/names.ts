import { ScaffoldError } from './errors.ts'

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/

/** Checks a name of a project or strategy: lower case, digits and hyphens. @throws {@link ScaffoldError} `usage` */
export function checkName(name: string, what: 'project' | 'strategy'): string {
  if (NAME.test(name) && name.length <= 50) return name
  const better = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-0-9]+|-+$/g, '')
    .slice(0, 50)
  throw new ScaffoldError(
    'usage',
    `"${name}" is no name for a ${what}: it goes into file names, package names and database rows. Use lower case letters, digits and hyphens, at most 50${NAME.test(better) ? `, e.g. ${better}` : ''}.`,
  )
}

/** `gold-fade` → `goldFade`. */
export function camelCase(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
