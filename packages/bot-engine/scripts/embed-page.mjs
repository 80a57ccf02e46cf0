// Writes src/report/generated/page.ts from report-page/: script and styles of the report as text, with the chart library in
// it, so that the built package needs neither. Writes only on change.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const source = name => fileURLToPath(new URL(`../report-page/${name}`, import.meta.url))
const target = fileURLToPath(new URL('../src/report/generated/page.ts', import.meta.url))

async function bundled(entry) {
  const { outputFiles } = await build({
    entryPoints: [source(entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    conditions: ['production'],
    legalComments: 'eof',
    charset: 'utf8',
    logLevel: 'warning',
  })
  return outputFiles[0].text
}

const [script, styles] = await Promise.all([bundled('main.ts'), bundled('styles.css')])
const text = `// Made by scripts/embed-page.mjs from report-page/. Do not edit.

/** Script of the report's page. */
export const PAGE_SCRIPT: string = ${JSON.stringify(script)}

/** Styles of the report's page. */
export const PAGE_STYLES: string = ${JSON.stringify(styles)}
`

const read = () => {
  try {
    return readFileSync(target, 'utf8')
  } catch {
    return null
  }
}

if (read() !== text) {
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, text)
}
