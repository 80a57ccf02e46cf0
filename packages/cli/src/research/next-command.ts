import { quoted } from '../quoted.ts'
import type { Axis } from './axes.ts'
import type { SearchKind } from './saved-search.ts'

/** Options of a search alone that have a value. */
const SEARCH_VALUES: readonly string[] = [
  '--axis',
  '--random',
  '--random-seed',
  '--objective',
  '--least-trades',
  '--workers',
  '--search',
  '--trials',
  '--in-sample',
  '--purge',
  '--embargo',
]
/** Those without, and what was asked of the search's own output. */
const SEARCH_FLAGS: readonly string[] = ['--json', '--no-report', '--anchored']

/** What a command is told with. */
export interface NextOptions {
  /** The command that was run. */
  readonly of: SearchKind
  /** The command line of it. */
  readonly line: readonly string[]
  readonly axes: readonly Pick<Axis, 'name'>[]
  /** The parameters to run with. */
  readonly best: Readonly<Record<string, unknown>>
}

/**
 * The backtest of the best, over all rows and by the same options: its out-of-sample part is what the sweep held back.
 * Or its check, which holds nothing back.
 */
export function commandWith(
  command: 'backtest' | 'check',
  { of: { command: searched }, line, axes, best }: NextOptions,
): string {
  const values = command === 'check' ? [...SEARCH_VALUES, '--out-of-sample'] : SEARCH_VALUES
  const chosen = axes
    .filter(({ name }) => name in best)
    .flatMap(({ name }) => ['--set', `${name}=${textOf(best[name])}`])
  const words = without(line, { values, flags: SEARCH_FLAGS })
  return textOfLine([...words.with(words.indexOf(searched), command), ...chosen])
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A line without some options. */
function without(
  line: readonly string[],
  { values, flags }: { readonly values: readonly string[]; readonly flags: readonly string[] },
): readonly string[] {
  const words: string[] = []
  for (let at = 0; at < line.length; at++) {
    const word = line[at] as string
    if (values.includes(word)) at += 1
    else if (!flags.includes(word) && !values.includes(word.split('=')[0] as string)) words.push(word)
  }
  return words
}

/**
 * Where a sweep held nothing back, what was not chosen on is met span by span.
 *
 * @param draw - How many combinations are drawn of a grid that was not run whole. Absent: as the sweep.
 */
export function walkForwardCommand(line: readonly string[], draw: number | undefined): string {
  // The spans of a walk-forward are days, what a sweep holds back is percent.
  const words = without(line, {
    values: ['--search', '--trials', '--out-of-sample'],
    flags: ['--json', '--no-report'],
  })
  const drawn = draw === undefined ? [] : ['--random', String(draw)]
  return textOfLine([...words.with(words.indexOf('sweep'), 'walkforward'), ...drawn])
}

function textOfLine(words: readonly string[]): string {
  return ['claw', ...words].map(quoted).join(' ')
}
