import type { Register } from '../command.ts'

/** The commands by their names, in the order of the help; each is loaded when it is needed, with what it needs. */
const COMMANDS: ReadonlyMap<string, () => Promise<Register>> = new Map([
  ['new', async () => (await import('./new.ts')).registerNew],
  ['backtest', async () => (await import('./backtest.ts')).registerBacktest],
  ['sweep', async () => (await import('./sweep.ts')).registerSweep],
  ['walkforward', async () => (await import('./walkforward.ts')).registerWalkForward],
  ['check', async () => (await import('./check.ts')).registerCheck],
  ['data', async () => (await import('./data.ts')).registerData],
  ['report', async () => (await import('./report.ts')).registerReport],
  ['compare', async () => (await import('./compare.ts')).registerCompare],
  ['up', async () => (await import('./up.ts')).registerUp],
  ['replay', async () => (await import('./replay.ts')).registerReplay],
  ['parity', async () => (await import('./parity.ts')).registerParity],
  ['auth', async () => (await import('./auth.ts')).registerAuth],
  ['completion', async () => (await import('./completion.ts')).registerCompletion],
  ['version', async () => (await import('./version.ts')).registerVersion],
  ['explain', async () => (await import('./explain.ts')).registerExplain],
])

/** What a command line needs: the command that it begins with; all of them for the help, and where they are listed. */
export async function commandsFor([word = '']: readonly string[]): Promise<readonly Register[]> {
  if (word === '-V' || word === '--version') return []
  const named = word === 'completion' ? undefined : COMMANDS.get(word)
  return named === undefined ? Promise.all([...COMMANDS.values()].map(load => load())) : [await named()]
}
