import { quoted } from '../quoted.ts'
import type { Axis } from '../research/axes.ts'

/** Options of a sweep alone that have a value. */
const OWN_VALUES: ReadonlySet<string> = new Set([
  '--axis',
  '--random',
  '--random-seed',
  '--objective',
  '--least-trades',
  '--workers',
  '--search',
  '--trials',
])
/** Those without, and what was asked of the sweep's own output. */
const OWN_FLAGS: ReadonlySet<string> = new Set(['--json', '--no-report'])

/**
 * The backtest of the best, over all rows and by the same options: its out-of-sample part is what the sweep held back.
 * Or its check, which holds nothing back.
 *
 * @param line - The command line of the sweep.
 */
export function commandWith(
  command: 'backtest' | 'check',
  line: readonly string[],
  axes: readonly Pick<Axis, 'name'>[],
  best: Readonly<Record<string, unknown>>,
): string {
  const words: string[] = []
  for (let at = 0; at < line.length; at++) {
    const word = line[at] as string
    const isOwn = (name: string) =>
      OWN_VALUES.has(name) || (command === 'check' && name === '--out-of-sample')
    if (isOwn(word)) at += 1
    else if (!OWN_FLAGS.has(word) && !isOwn(word.split('=')[0] as string)) words.push(word)
  }
  const chosen = axes.flatMap(({ name }) => ['--set', `${name}=${textOf(best[name])}`])
  return ['claw', ...words.with(words.indexOf('sweep'), command), ...chosen].map(quoted).join(' ')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Where nothing was held back, what was not chosen on is met span by span. */
export function walkForwardCommand(
  strategy: string,
  axes: readonly Pick<Axis, 'text'>[],
  draw: number | undefined,
): string {
  const words = axes.flatMap(({ text }) => ['--axis', text])
  return [
    'claw',
    'walkforward',
    strategy,
    ...words,
    ...(draw === undefined ? [] : ['--random', String(draw)]),
  ]
    .map(quoted)
    .join(' ')
}
