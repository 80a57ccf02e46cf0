// Writes strategies/S01 to S09 from examples/strategies, each with the test and a page of a new project: what `claw backtest
// S03` runs where no server is installed, and what `claw new strategy my-fade --from S03` copies. Not committed.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const examples = join(root, 'examples/strategies')
const target = fileURLToPath(new URL('../strategies/', import.meta.url))
const template = join(root, 'packages/create-claw/template/strategies/gold-fade/strategy.test.ts')

/** The first group of a pattern; a strategy without it cannot be copied. */
function found(pattern, text, file) {
  const [, group] = pattern.exec(text) ?? []
  if (group === undefined) throw new Error(`${file} has nothing like ${pattern}`)
  return group
}

const testText = readFileSync(template, 'utf8')
for (const file of readdirSync(examples).filter(name => /^[a-z-]+\.ts$/.test(name))) {
  const text = readFileSync(join(examples, file), 'utf8')
  const id = found(/^ \* (S\d{2}): /m, text, file)
  const exported = found(/^export const (\w+) = defineStrategy/m, text, file)
  const name = found(/^ {2}name: '([\w-]+)'/m, text, file)
  const idea = found(/\/\*\*\n((?: \*.*\n)+?) \*\/\nexport const \w+ = defineStrategy/, text, file)
    .replaceAll(/^ \* ?/gm, '')
    .trim()
  const test = testText
    .replaceAll('goldFade', exported)
    // The band of the template has 20 bars, the shortest indicator of the nine 14.
    .replace('data.openedAt[20]', 'data.openedAt[14]')
    .replace("timeframe: 'm15'", `timeframe: ${exported}.feeds(${exported}.params.parse({})).main.timeframe`)
  mkdirSync(join(target, id), { recursive: true })
  writeFileSync(join(target, id, 'strategy.ts'), text)
  writeFileSync(join(target, id, 'strategy.test.ts'), test)
  writeFileSync(join(target, id, 'README.md'), `# ${name}\n\n${idea}\n`)
}
