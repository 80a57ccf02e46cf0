import type { Terminal } from './terminal.ts'

/** Does work; with `--verbose` what came of it, and how long it took, is told, also where it failed. */
export async function step<Result>(
  { verbose }: Pick<Terminal, 'verbose'>,
  name: string,
  work: () => Promise<Result> | Result,
  told: (result: Result) => string,
): Promise<Result> {
  if (verbose === undefined) return work()
  const startedMs = performance.now()
  try {
    const result = await work()
    verbose(name, told(result), performance.now() - startedMs)
    return result
  } catch (error) {
    verbose(name, 'failed', performance.now() - startedMs)
    throw error
  }
}
