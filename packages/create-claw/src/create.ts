import { spawn } from 'node:child_process'
import { join, relative, resolve } from 'node:path'
import { type CommandLine, HELP, readCommandLine } from './command-line.ts'
import { isScaffoldError, ScaffoldError, type ScaffoldErrorCode } from './errors.ts'
import { checkNode } from './node-version.ts'
import { writeProject } from './write-project.ts'

/** What `create-claw` has of its process. */
export interface CreateContext {
  readonly cwd: string
  readonly nodeVersion: string
  out(text: string): void
  err(text: string): void
}

const EXIT: Readonly<Record<ScaffoldErrorCode, number>> = {
  usage: 2,
  'already-exists': 11,
  'not-writable': 5,
  'install-failed': 9,
  'node-too-old': 5,
}

/** Makes a project as a command line asks. @returns the exit code; failures are printed, never thrown */
export async function create(args: readonly string[], context: CreateContext): Promise<number> {
  try {
    checkNode(context.nodeVersion)
    await make(args, context)
    return 0
  } catch (thrown) {
    const error = unwritable(thrown)
    if (!isScaffoldError(error)) throw error
    context.err(`  ✘ ${error.message.replace(/^\[[a-z-]+\] /, '')}\n    code: ${error.code}\n`)
    return EXIT[error.code]
  }
}

const REFUSALS: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST']

/** What the system refused to write, named; anything else as it is. */
function unwritable(error: unknown): unknown {
  const { code, path, syscall = '' } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException
  if (path === undefined || syscall.startsWith('spawn') || !REFUSALS.includes(code)) return error
  return new ScaffoldError(
    'not-writable',
    `${path} cannot be written (${code}). Check its permissions and the space left, or name a project in another folder.`,
    { cause: error },
  )
}

async function make(args: readonly string[], context: CreateContext): Promise<void> {
  const asked = readCommandLine(args)
  if (asked.folder === undefined) return context.out(HELP)
  const folder = resolve(context.cwd, asked.folder)
  const tarballs = asked.tarballs === undefined ? {} : { tarballs: resolve(context.cwd, asked.tarballs) }
  const { files } = writeProject(folder, { ...tarballs, dryRun: asked.dryRun })
  const path = relative(context.cwd, folder)
  if (asked.dryRun) return context.out(planText(path, files, asked))
  context.err(`  ✔ wrote ${files.length} files to ${path === '' ? 'this folder' : `./${path}`}\n`)
  if (asked.verbose) for (const file of files) context.err(`    ${file}\n`)
  if (asked.git) await initGit(folder, context, asked)
  if (asked.install) await install(folder, context, asked)
  const steps = [
    ...(path === '' ? [] : [`cd ${path}`]),
    ...(asked.install ? [] : ['npm install']),
    'npm run backtest',
  ]
  context.out(`\n  Next:  ${steps.join(' && ')}\n\n`)
}

function planText(path: string, files: readonly string[], { git, install, tarballs }: CommandLine): string {
  const from =
    tarballs === undefined ? 'from its registry' : `ours from ${tarballs} and others from its registry`
  return [
    `  Dry run: nothing was done. create-claw would`,
    ...files.map(file => `    write    ${join(path, file)}`),
    ...(git ? [`    run      git init in ${path || 'this folder'}`] : []),
    ...(install ? [`    install  the packages of ${join(path, 'package.json')} with npm, ${from}`] : []),
    '',
  ].join('\n')
}

/** A repository is a convenience: without git there is none. */
async function initGit(folder: string, context: CreateContext, { verbose }: CommandLine): Promise<void> {
  const { code, output } = await run('git', ['init', ...(verbose ? [] : ['--quiet'])], folder)
  if (verbose) context.err(indented(output))
  context.err(code === 0 ? '  ✔ git init\n' : '  – no git here, so no repository\n')
}

async function install(folder: string, context: CreateContext, { verbose }: CommandLine): Promise<void> {
  const startedMs = performance.now()
  context.err('  … installing packages\n')
  const { code, output } = await run(
    'npm',
    ['install', '--no-audit', '--no-fund', ...(verbose ? [] : ['--loglevel=error'])],
    folder,
  )
  if (verbose) context.err(indented(output))
  if (code !== 0)
    throw new ScaffoldError(
      'install-failed',
      `npm install ended with code ${code} in ${folder}; the files are there.\n${output.trim().slice(-1500)}\nRun it again there once that is mended.`,
    )
  context.err(`  ✔ installed packages in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`)
}

function indented(output: string): string {
  const text = output.trim()
  return text === '' ? '' : `    ${text.replaceAll('\n', '\n    ')}\n`
}

/** Output is kept for a failure, and no more than a screen of it. */
const KEPT = 20_000

function run(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise(done => {
    // On Windows npm is a script, which only a shell finds; the arguments are ours alone.
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-KEPT)))
    child.on('error', error => done({ code: 127, output: error.message }))
    child.on('close', code => done({ code: code ?? 1, output }))
  })
}
