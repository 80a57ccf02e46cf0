import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { type CheckFinding, isTypeOnly, localModules } from '@openclaw-trading/bot-engine/research'

/** Modules of Node through which a strategy could read prices that no feed gives it. */
const READERS =
  'fs(?:/promises)?|worker_threads|child_process|cluster|https?|http2|net|tls|dgram|dns(?:/promises)?|sqlite|repl|vm|module|readline(?:/promises)?|inspector(?:/promises)?'
/** `import … from 'node:fs'`, `import './rates.json'`, `import('…')`, `require('…')`, over several lines too. */
const IMPORT = /\b(?:from|import|require|getBuiltinModule)\s*\(?\s*(['"`])([^'"`\n]+)\1/g
const READS = new RegExp(
  `^(?:node:)?(?:${READERS})$|\\.(?:json[5l]?|csv|tsv|txt|gz|parquet|db|sqlite3?|bin|node|wasm)(?:\\?.*)?$`,
)
/** What needs no import, or hides one. */
const CALLS =
  /\bprocess\s*\.\s*(?:getBuiltinModule|binding|dlopen)\b|\bcreateRequire\b|(?<![.\w])fetch\s*\(|\bnew\s+(?:WebSocket|EventSource|XMLHttpRequest|Worker)\b|(?<![.\w])(?:import|require)\s*\(\s*(?!['"`\s])/g

/**
 * Looks for what a strategy file, and what it imports from the project, could read data with besides its feeds:
 * files, processes, the network. No run can tell such data from the future; `undefined` when there is none.
 */
export function outsideImports(file: string, cwd: string): CheckFinding | undefined {
  const found = localModules(file, { types: false }).files.flatMap(one => placesOf(one, relative(cwd, one)))
  const [first] = found
  if (first === undefined) return undefined
  const told = found.slice(0, 5).map(({ line, what }) => `${line} ${what}`)
  const more = found.length > told.length ? ` and ${found.length - told.length} more` : ''
  return {
    code: 'outside-data',
    message: `Data from outside: ${told.join('; ')}${more}. What it reads there may be the future, and no run on the data can tell. Fix: take every price from the feeds, as closed bars of onBar and ctx.bars, and what else it needs from its parameters.`,
    line: first.line,
  }
}

interface Found {
  /** File and line. */
  readonly line: string
  readonly what: string
}

function placesOf(file: string, path: string): readonly Found[] {
  if (!/\.[cm]?[jt]sx?$/.test(file)) return []
  const text = withoutComments(readFileSync(file, 'utf8'))
  const at = (index: number): string => `${path}:${text.slice(0, index).split('\n').length}`
  const imports = [...text.matchAll(IMPORT)].filter(
    ({ 2: specifier = '', index }) => READS.test(specifier) && !isTypeOnly(text, index),
  )
  const calls = [...text.matchAll(CALLS)]
  const found = [
    ...imports.map(({ 2: specifier = '', index }) => ({ index, what: `imports ${specifier}` })),
    ...calls.map(({ 0: call, index }) => ({
      index,
      what: `uses ${call.replaceAll(/\s+|\($/g, ' ').trim()}`,
    })),
  ]
  const lines = new Map<string, Found>()
  for (const { index, what } of found.sort((one, other) => one.index - other.index)) {
    const line = at(index)
    if (!lines.has(line)) lines.set(line, { line, what })
  }
  return [...lines.values()]
}

/** Comments as blanks, so that every line keeps its number; what looks like one within a string may go too. */
function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, comment => comment.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/(^|[^:'"`\w])\/\/[^\n]*/g, '$1')
}
