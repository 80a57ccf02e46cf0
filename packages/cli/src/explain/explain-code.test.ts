import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isCliError } from '../errors.ts'
import { explainCode } from './explain-code.ts'
import { EXPLANATIONS, firstSentence } from './explanations.ts'

const SOURCES = fileURLToPath(new URL('..', import.meta.url))

async function explained(code?: string, json = false): Promise<string> {
  let text = ''
  const terminal = {
    out: (more: string) => {
      text += more
    },
    err: () => {},
    interactive: false,
    env: {},
    cwd: SOURCES,
    upCommand: 'claw up',
  }
  await explainCode({ json, ...(code !== undefined && { code }) }, { terminal })
  return text
}

describe('claw explain', () => {
  it('tells cause, fix and an example of a code, also as it stands in a message', async () => {
    const text = await explained('warm-up')
    expect(text).toMatch(
      /^ {2}warm-up\n {2}Cause {4}With more bars.*\n[\s\S]* {2}Fix {6}Ask for more history[\s\S]* {2}Example {2}feeds: /,
    )
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
    expect(await explained('[data-missing]')).toContain('claw data get')
  })

  it('lists all codes, and knows every one that the command line writes', async () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    const sources = files.filter(file => file.endsWith('.ts') && !/\.test\.ts$|^explain/.test(file))
    const text = sources.map(file => readFileSync(join(SOURCES, file), 'utf8')).join('\n')
    const written = [...text.matchAll(/(?:new CliError\(\s*|\bcode: )'([a-z-]+)'/g)].map(match => match[1])
    expect(written.length).toBeGreaterThan(30)
    expect(written.filter(code => !EXPLANATIONS.has(code ?? ''))).toEqual([])
    const list = await explained()
    for (const code of EXPLANATIONS.keys()) expect(list).toContain(`  ${code} `)
    expect(JSON.parse(await explained(undefined, true)).data).toHaveLength(EXPLANATIONS.size)
  })

  it('ends no title in the midst of a sentence', () => {
    const titles = [...EXPLANATIONS.values()].map(({ cause }) => firstSentence(cause))
    expect(titles.filter(title => title.endsWith('e.g'))).toEqual([])
    expect(titles).toContain(
      'An option of a function is outside its range, e.g. feeds that cannot be made of the bars given',
    )
  })

  it('answers an unknown code with the nearest', async () => {
    const refusal = await explained('lok-ahead').catch((error: unknown) => error)
    expect(isCliError(refusal) && refusal.message).toBe(
      '[code-unknown] There is no code "lok-ahead". Did you mean: claw explain look-ahead?',
    )
  })
})
