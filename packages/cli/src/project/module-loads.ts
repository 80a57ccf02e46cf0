import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { endedBy } from '../interrupt.ts'

/** A module that is being loaded. */
interface Load {
  readonly file: string
  /** What it imports from the project, itself among it. */
  files(): readonly string[]
}

/** The command that loads modules. */
interface LoadingCommand {
  readonly signal: AbortSignal
  readonly cwd: string
  tell(text: string): void
}

/** Long enough for whatever a module has to compute; it is told, and nothing ends. */
const STILL_MS = 3000
const GRACE_MS = 1000
const SHOWN = 3

const pending = new Set<Load>()
let command: LoadingCommand | undefined

/** Has loads end when a command does, and tell what they wait for. @returns what ends that */
export function watchLoads(of: LoadingCommand): () => void {
  command = of
  return () => {
    command = undefined
  }
}

/**
 * Waits for a module, which may itself wait at its top level for what never comes; until the command is ended.
 *
 * @throws what the load throws; the reason of the signal of the command
 */
export async function loaded<Module>(load: Load, work: Promise<Module>): Promise<Module> {
  if (command === undefined) return await work
  const { cwd, tell } = command
  // A process in which nothing else can happen ends at once, and tells it then.
  const still = setTimeout(() => {
    tell(`  ⚠ ${STILL_MS / 1000} s have gone while ${whatWaits(load, cwd)}. Ctrl-C ends claw.\n`)
  }, STILL_MS).unref()
  const end = endOf(load, command)
  pending.add(load)
  try {
    return await Promise.race([work, end.reached])
  } finally {
    pending.delete(load)
    clearTimeout(still)
    end.forget()
  }
}

/** The end of the command, and what a module takes that does not wait: then it is the command that tells of the end. */
function endOf(load: Load, { signal, cwd, tell }: LoadingCommand) {
  let timer: NodeJS.Timeout | undefined
  let begin = (): void => {}
  const reached = new Promise<never>((_, reject) => {
    begin = () => {
      timer = setTimeout(() => {
        tell(`  ✘ Ended by ${endedBy(signal)} while ${whatWaits(load, cwd)}.\n`)
        reject(signal.reason)
      }, GRACE_MS)
    }
  })
  if (signal.aborted) begin()
  else signal.addEventListener('abort', begin, { once: true })
  return {
    reached,
    forget() {
      clearTimeout(timer)
      signal.removeEventListener('abort', begin)
    },
  }
}

/** What is still being loaded, in words, e.g. `fade.ts was loaded, which waits in line 3`; `undefined`: nothing. */
export function loadThatWaits(cwd: string): string | undefined {
  const [load] = pending
  return load && whatWaits(load, cwd)
}

function whatWaits({ file, files }: Load, cwd: string): string {
  const places = files().flatMap(one => {
    const name = shortPath(one, cwd)
    return awaitsOf(one).map(line => (one === file ? `line ${line}` : `${name}:${line}`))
  })
  const shown = places.slice(0, SHOWN).join(' or ')
  const where =
    places.length === 0 ? 'at its top level' : `in ${shown}${places.length > SHOWN ? ' or …' : ''}`
  return `${shortPath(file, cwd)} was loaded, which waits ${where} for what has not come`
}

function shortPath(file: string, cwd: string): string {
  const path = relative(cwd, file)
  return path.startsWith('..') ? file : path
}

/** Lines of a module that await something outside of all braces. */
function awaitsOf(file: string): readonly number[] {
  let depth = 0
  return codeOf(file).flatMap((line, i) => {
    let isWaiting = false
    for (const [token] of line.matchAll(/[{}]|\bawait\b/g))
      if (token === '{') depth += 1
      else if (token === '}') depth -= 1
      else isWaiting ||= depth === 0
    return isWaiting ? [i + 1] : []
  })
}

/** Without comments and texts, each line where it was. */
function codeOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .replaceAll(/\/\*[\s\S]*?\*\/|`(?:\\.|[^`\\])*`/g, text => text.replaceAll(/[^\n]/g, ' '))
      .replaceAll(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\/[^\n]*/g, '')
      .split('\n')
  } catch {
    // It was there when it was imported; without it nothing is told of lines.
    return []
  }
}
