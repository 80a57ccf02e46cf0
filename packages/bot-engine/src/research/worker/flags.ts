import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** Flags that decide how modules are found and loaded; those with a value of their own are followed by it. */
const LOADING = /^(--(conditions|import|require|loader|experimental-loader)|-[Cr])(=|$)/
const LOADING_ALONE = /^--(enable-source-maps|no-warnings|preserve-symlinks)$/
const TEXT = /^(--input-type|--eval|--print|-e|-p)(=|$)/

/**
 * Flags of Node for a thread that imports `files`, or `undefined` to inherit those of the process.
 *
 * A thread inherits flags, but not what a loader did in the main thread: tsx compiles there only. So for TypeScript,
 * where Node does not strip types itself, tsx is registered in the thread, if the strategy's project or ours has it.
 */
export function threadFlags(files: readonly string[]): readonly string[] | undefined {
  const { execArgv, features } = process
  const stripsTypes = (features as { readonly typescript?: unknown }).typescript
  const isTypeScript = files.some(file => /\.[cm]?tsx?$/.test(file))
  const tsx = isTypeScript && !stripsTypes ? findTsx(files) : undefined
  // A program given as text (`node -e …`) has flags that a thread, which starts from a file, refuses.
  if (tsx === undefined && !execArgv.some(flag => TEXT.test(flag))) return undefined
  const kept = execArgv.filter(
    (flag, i) => LOADING.test(flag) || LOADING_ALONE.test(flag) || isValue(flag, execArgv[i - 1]),
  )
  if (tsx === undefined) return kept
  const program = `import { register } from ${JSON.stringify(tsx)}; register()`
  return [...kept, '--import', `data:text/javascript,${encodeURIComponent(program)}`]
}

function isValue(flag: string, before: string | undefined): boolean {
  return before !== undefined && !flag.startsWith('-') && LOADING.test(before) && !before.includes('=')
}

function findTsx(files: readonly string[]): string | undefined {
  for (const file of [...files, import.meta.url])
    try {
      // The form for `require` does not find its own parts when it is imported; that for `import` lies beside it.
      return pathToFileURL(
        createRequire(file)
          .resolve('tsx/esm/api')
          .replace(/\.cjs$/, '.mjs'),
      ).href
    } catch {
      // Not from there; the next place may have it.
    }
  return undefined
}
