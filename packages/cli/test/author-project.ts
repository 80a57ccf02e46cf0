import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url))

/** What a command left behind. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A folder as an author has it, with the packages installed. */
export interface AuthorProject {
  readonly dir: string
  write(file: string, text: string): Promise<void>
  /** Runs `claw` in the folder, or in one below. */
  claw(args: readonly string[], below?: string): Promise<Ended>
  remove(): Promise<void>
}

/** Makes a folder of an author; without a config unless one is written. */
export async function authorProject(): Promise<AuthorProject> {
  const dir = await mkdtemp(join(tmpdir(), 'claw-author-'))
  await symlink(MODULES, join(dir, 'node_modules'), 'junction')
  await writeFile(join(dir, 'package.json'), '{"type":"module"}')
  return {
    dir,
    async write(file, text) {
      await mkdir(dirname(join(dir, file)), { recursive: true })
      await writeFile(join(dir, file), text)
    },
    claw: (args, below = '.') => claw(args, join(dir, below)),
    remove: () => rm(dir, { recursive: true, force: true }),
  }
}

function claw(args: readonly string[], cwd: string): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH, HOME, CI: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', text => (output.out += text))
  child.stderr.setEncoding('utf8').on('data', text => (output.err += text))
  return new Promise(resolve => child.on('close', code => resolve({ code, ...output })))
}

/** A strategy file that trades on each bar, with a body of one's own. */
export function strategyText(
  name: string,
  onBar = 'if (!ctx.position) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(50) }, takeProfit: { pips: pips(50) } })',
): string {
  return `import { defineStrategy } from '@openclaw-trading/bot-engine'
import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'

export const strategy = defineStrategy({
  name: '${name}',
  params: z
    .object({
      period: z.int().min(5).max(200).default(20),
      deviation: z.number().min(0.5).max(5).default(2),
      fast: z.int().default(10),
      slow: z.int().default(30),
    })
    .refine(p => p.fast < p.slow, 'fast must be below slow'),
  feeds: () => ({ main: { timeframe: 'm15' } }),
  create: () => ({
    onBar(_bar, ctx) {
      ${onBar}
    },
  }),
})
`
}
