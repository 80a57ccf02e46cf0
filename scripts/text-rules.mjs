// Rules that the linter has no word for, each a pattern over lines of some files.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { root } from './install.mjs'

const SKIPPED = new Set(['node_modules', 'dist', 'generated', '.git', '.claw', 'coverage', 'api-reference'])
const TEXT = /\.(ts|tsx|mjs|json|md|sql|css|html|yaml|yml|example)$|^\.ci\/run$/
const isTest = path => /\.test(-d)?\.(ts|tsx|mjs)$|(^|\/)(test|testing|e2e|bench)\//.test(path)
const isThis = path => path.startsWith('scripts/text-rules')
const isSource = path => /^(packages\/[^/]+|reference-server|examples)\/.*\.tsx?$/.test(path) && !isTest(path)
const isPackageSource = path =>
  /^(packages\/[^/]+|reference-server)\/src\/.*\.ts$/.test(path) && !isTest(path)

/** Each rule: where it applies, what must not be there, and what to do instead. */
export const RULES = [
  {
    applies: path =>
      /^(packages\/(trading-model|bot-engine|ctrader-simulator)|examples)\//.test(path) && isSource(path),
    forbids: /\bMath\.random\b/,
    instead: 'Take a RandomSource (bot-engine ports/random.ts) or node:crypto.',
  },
  {
    applies: isPackageSource,
    forbids: /\bthrow new Error\(/,
    instead: "Throw the package's own error class with a code.",
  },
  { applies: path => /\.tsx?$/.test(path), forbids: /^\s*export \*/, instead: 'Name what is exported.' },
  {
    applies: path => path.startsWith('reference-server/dashboard/src/'),
    forbids: /^(?!.*\b(import|export) type\b).*\bfrom '@openclaw-trading\/reference-server/,
    instead: 'The browser may take types only: import type.',
  },
  {
    applies: path => isTest(path) && !isThis(path),
    forbids: /\b(it|test)\(\s*['"`]should\b/,
    instead: 'State the behaviour as a sentence: it("keeps the old ask …").',
  },
  {
    applies: path => isTest(path) && !isThis(path),
    forbids: /\b(it|test)\(\s*(['"`])\S*\2/,
    instead: 'A title of one word is no sentence. State the behaviour.',
  },
  {
    applies: path => !isThis(path),
    forbids: /\bregistry\.[\w.-]+\.(org|com|net|io|dev)\b|\bnpmjs\.(org|com)\b/i,
    instead: 'Name no registry host.',
  },
  {
    applies: path => !isThis(path),
    forbids: /(^|[\s'"`(=])\/work\b/,
    instead: 'Paths start at the project root.',
  },
  {
    applies: path => !isThis(path),
    forbids: /\bissue #?\d|\bbrief\.md\b/i,
    instead: 'Say the reason itself; trackers come and go.',
  },
]

const FORBIDDEN_NAMES =
  /^(utils?|helpers?|common|managers?|services?|misc|lib|interfaces|types)\.(ts|tsx|mjs)$/

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.isFile()) yield relative(root, path).replaceAll('\\', '/')
  }
}

/** What one file breaks, as `path:line: what to do`. */
export function violationsOf(path, text) {
  const found = FORBIDDEN_NAMES.test(basename(path)) ? [`${path}: name the file after the thing in it.`] : []
  const rules = RULES.filter(rule => rule.applies(path))
  text.split('\n').forEach((line, i) => {
    for (const { forbids, instead } of rules)
      if (forbids.test(line)) found.push(`${path}:${i + 1}: ${instead}`)
  })
  return found
}

/** What the whole tree breaks. */
export function violations() {
  return [...filesBelow(root)]
    .filter(path => TEXT.test(path))
    .flatMap(path => violationsOf(path, readFileSync(join(root, path), 'utf8')))
}
