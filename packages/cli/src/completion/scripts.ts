import type { Command } from 'commander'
import { GLOBAL_OPTIONS } from '../global-options.ts'

/** Shells that a script can be made for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** See {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number]

/** A command with what may follow it. */
interface Node {
  /** Words behind `claw`; none: `claw` itself. */
  readonly path: readonly string[]
  readonly commands: readonly Word[]
  readonly options: readonly Word[]
}

interface Word {
  readonly name: string
  readonly about: string
}

/** The script that completes commands and options in a shell; files are completed where neither fits. */
export function completionScript(program: Command, shell: Shell): string {
  const nodes = nodesOf(program, [])
  if (shell === 'fish') return fishScript(nodes)
  const script = bashScript(nodes)
  return shell === 'bash' ? script : `autoload -U +X bashcompinit && bashcompinit\n${script}`
}

function nodesOf(command: Command, path: readonly string[]): readonly Node[] {
  const node: Node = {
    path,
    commands: command.commands.map(inner => ({ name: inner.name(), about: inner.description() })),
    options: command.options.flatMap(({ long, description }) =>
      long === undefined || long === null ? [] : [{ name: long, about: description }],
    ),
  }
  return [node, ...command.commands.flatMap(inner => nodesOf(inner, [...path, inner.name()]))]
}

const globalFlags = GLOBAL_OPTIONS.map(({ flag }) => flag)

/** Options of every command whose value is of a kind, as the pattern of a shell. */
function flagsWith(kind: 'file' | 'folder'): string {
  return GLOBAL_OPTIONS.flatMap(({ flag, value }) => (value === kind ? [flag] : [])).join('|')
}

/** A word behind one of these is its value, e.g. a folder that is called as a command is. */
const VALUED = GLOBAL_OPTIONS.flatMap(({ flag, value }) => (value === undefined ? [] : [flag])).join('|')

function bashScript(nodes: readonly Node[]): string {
  const steps = nodes.filter(({ path }) => path.length > 0).map(({ path }) => `"${stepOf(path)}"`)
  const cases = nodes.map(({ path, commands, options }) => {
    const own = [...commands, ...options].map(({ name }) => name)
    const words = [...new Set([...own, ...globalFlags])].join(' ')
    return `    "${path.join(' ')}") words="${words}" ;;`
  })
  return `_claw() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" words="" word before=""
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
    ${flagsWith('file')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
    ${flagsWith('folder')}) COMPREPLY=($(compgen -d -- "$current")); return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$before" in
      ${VALUED}) before=""; continue ;;
    esac
    before="$word"
    case "$path|$word" in
      ${steps.join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _claw claw
`
}

/** Where a word leads to its command: what came before it, and the word. */
function stepOf(path: readonly string[]): string {
  return `${path.slice(0, -1).join(' ')}|${path.at(-1)}`
}

function fishScript(nodes: readonly Node[]): string {
  const lines = nodes.flatMap(({ path, commands, options }) => {
    const seen = path.map(word => `__fish_seen_subcommand_from ${word}`)
    const names = commands.map(({ name }) => name).join(' ')
    const none = path.length === 0 ? '__fish_use_subcommand' : `not __fish_seen_subcommand_from ${names}`
    return [
      ...commands.map(word => fishLine([...seen, none], `-f -a ${word.name}`, word)),
      ...options.map(word => fishLine(seen, `-l ${word.name.slice(2)}`, word)),
    ]
  })
  return `${[...lines, ...GLOBAL_OPTIONS.flatMap(fishGlobal)].join('\n')}\n`
}

/** An option of every command; one that contains = is the value of another. */
function fishGlobal({ flag, value, about }: (typeof GLOBAL_OPTIONS)[number]): readonly string[] {
  if (flag.includes('=')) return []
  const after = { file: ' -r -F', folder: " -x -a '(__fish_complete_directories)'", s: ' -x' }
  const what = `-l ${flag.slice(2)}${value === undefined ? '' : after[value]}`
  return [fishLine([], what, { name: flag, about })]
}

function fishLine(conditions: readonly string[], what: string, { about }: Word): string {
  const when = conditions.length === 0 ? '' : ` -n '${conditions.join('; and ')}'`
  return `complete -c claw${when} ${what} -d '${about.replaceAll("'", "\\'")}'`
}
