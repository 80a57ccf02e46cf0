import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'

/** Leaves the generated schema out, to see what the rest costs. */
const withoutSchema: Plugin = {
  name: 'without-schema',
  setup: setup => {
    setup.onResolve({ filter: /generated\/\w+\.js$/ }, ({ path }) => ({ path, external: true }))
  },
}

/** Bundles an entry as an app for browsers would be. */
export async function bundleForBrowser(
  entry: string,
  { schema }: { readonly schema: boolean },
): Promise<{ readonly text: string; readonly gzipBytes: number; readonly inputs: readonly string[] }> {
  const { metafile, outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: 'browser',
    conditions: ['@openclaw-trading/source'],
    target: 'es2022',
    logLevel: 'silent',
    // A page takes one script; a module may leave imports to others.
    ...(schema ? { format: 'iife', globalName: 'app' } : { format: 'esm', plugins: [withoutSchema] }),
  })
  const [file] = outputFiles
  if (file === undefined) throw new TypeError('nothing was bundled')
  return {
    text: file.text,
    gzipBytes: gzipSync(file.contents, { level: 9 }).length,
    inputs: Object.keys(metafile.inputs),
  }
}
