import { table } from '@openclaw-trading/ctrader-client/terminal'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { jsonResult } from '../output.ts'
import type { Explanation } from './explanation.ts'
import { EXPLANATIONS, firstSentence } from './explanations.ts'

/** Explains a code, or lists all of them. @returns 0; @throws {@link CliError} `code-unknown` with the nearest */
export async function explainCode(
  { code, json }: { readonly code?: string; readonly json: boolean },
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<number> {
  const startedMs = performance.now()
  const chosen = code === undefined ? [...EXPLANATIONS] : [[code, explanationOf(code)] as const]
  if (json) {
    const data = chosen.map(([name, explanation]) => ({ code: name, ...explanation }))
    terminal.out(jsonResult('claw.explain/1', data, { tookMs: performance.now() - startedMs }))
  } else if (code === undefined) terminal.out(list())
  else terminal.out(textOf(explanationOf(code), code))
  return 0
}

function explanationOf(code: string): Explanation {
  // A message is copied with its brackets.
  const word = code.replace(/^\[|\]$/g, '').toLowerCase()
  const found = EXPLANATIONS.get(word)
  if (found !== undefined) return found
  const near = nearest(word, [...EXPLANATIONS.keys()])
  throw new CliError(
    'code-unknown',
    `There is no code "${code}". ${near === undefined ? 'claw explain lists them.' : `Did you mean: claw explain ${near}?`}`,
  )
}

function textOf({ cause, fix, example }: Explanation, code: string): string {
  const lines = [
    `  ${code}\n`,
    paragraph('Cause', cause),
    paragraph('Fix', fix),
    ...(example === undefined ? [] : [`  Example  ${example}\n`]),
  ]
  return lines.join('')
}

const WIDTH = 96
const INDENT = '           '

/** Text in lines that a terminal shows without breaking words. */
function paragraph(title: string, text: string): string {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + word.length + 1 > WIDTH - INDENT.length) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return `  ${title.padEnd(INDENT.length - 2)}${lines.join(`\n${INDENT}`)}\n`
}

function list(): string {
  const rows = [...EXPLANATIONS].sort(([one], [other]) => (one < other ? -1 : 1))
  return table(
    [
      { title: 'CODE', text: ([code]: readonly [string, Explanation]) => code },
      { title: 'MEANS', text: ([, { cause }]) => firstSentence(cause) },
    ],
    rows,
  )
}
