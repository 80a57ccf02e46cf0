import { fileURLToPath } from 'node:url'
import { build } from 'tsup'
import type { Row } from './row.ts'

const sources = fileURLToPath(new URL('.', import.meta.url))
const folder = fileURLToPath(new URL('../dist/', import.meta.url))

/** Where {@link bundleRows} puts a module. */
export function bundled(module: string): string {
  return `${folder}${module.replace(/\.ts$/, '.js')}`
}

/**
 * Makes plain JavaScript of everything that the rows start: a loader that compiles sources would take its share of the
 * figures, and most of the time of short runs.
 */
export async function bundleRows(rows: readonly Row[]): Promise<void> {
  const modules = rows.flatMap(({ contestants: { ours, limit, peers }, server }) => [
    ours,
    ...(limit === undefined ? [] : [limit]),
    ...Object.values(peers),
    ...(server === undefined ? [] : [server]),
  ])
  await build({
    config: false,
    silent: true,
    entry: Object.fromEntries(modules.map(module => [module.replace(/\.ts$/, ''), `${sources}${module}`])),
    outDir: folder,
    clean: true,
    format: ['esm'],
    platform: 'node',
    target: 'node20',
    removeNodeProtocol: false,
    // Our packages from their sources; what comes from the registry stays where it is.
    noExternal: [/^@openclaw-trading\//, /^#/],
    external: [/^(?!@openclaw-trading\/|#|\.|\/|[A-Za-z]:)/],
    tsconfig: fileURLToPath(new URL('../../tsconfig.base.json', import.meta.url)),
    esbuildOptions(options) {
      options.conditions = ['@openclaw-trading/source']
    },
  })
}
