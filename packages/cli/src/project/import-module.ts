import { pathToFileURL } from 'node:url'

let registered = false

/** Imports a JavaScript or TypeScript module by its path. */
export async function importModule(file: string): Promise<Record<string, unknown>> {
  if (!registered && /\.[cm]?tsx?$/.test(file)) {
    const { register } = await import('tsx/esm/api')
    register()
    registered = true
  }
  const module: Record<string, unknown> = await import(pathToFileURL(file).href)
  return module
}
