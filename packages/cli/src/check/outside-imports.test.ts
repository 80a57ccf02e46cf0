import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { outsideImports } from './outside-imports.ts'

const dir = mkdtempSync(join(tmpdir(), 'claw-outside-'))
afterAll(() => rmSync(dir, { recursive: true }))

function found(text: string, others: Readonly<Record<string, string>> = {}) {
  for (const [name, content] of Object.entries({ ...others, 'main.ts': text }))
    writeFileSync(join(dir, name), content)
  return outsideImports(join(dir, 'main.ts'), dir)
}

describe('outsideImports', () => {
  it.each([
    ["import { readFileSync } from 'node:fs'", 'imports node:fs'],
    ["import {\n  readFile,\n} from 'fs/promises'", 'imports fs/promises', 3],
    ["import 'node:worker_threads'", 'imports node:worker_threads'],
    ["export * from 'node:child_process'", 'imports node:child_process'],
    ["const https = await import('node:https')", 'imports node:https'],
    ["import rates from './rates.json' with { type: 'json' }", 'imports ./rates.json'],
    ["const rates = require('./rates.csv')", 'imports ./rates.csv'],
    ["const fs = process.getBuiltinModule('fs')", 'uses process.getBuiltinModule'],
    ["const fs = process\n  .getBuiltinModule(['f', 's'].join(''))", 'uses process .getBuiltinModule'],
    ['const load = createRequire(import.meta.url)', 'uses createRequire'],
    ['const fs = await import(name)', 'uses import'],
    ["export type Price = number\nimport { readFileSync } from 'node:fs'", 'imports node:fs', 2],
    ["export type Price = number\nconst fs = await import('node:fs')", 'imports node:fs', 2],
    ["import { type Stats, readFileSync } from 'node:fs'", 'imports node:fs'],
    ["const rates = await fetch('http://rates')", 'uses fetch'],
    ["const live = new WebSocket('ws://rates')", 'uses new WebSocket'],
  ])('names %j with its line', (text, what, line = 1) => {
    const finding = found(`${text}\n`)
    expect(finding?.code).toBe('outside-data')
    expect(finding?.message).toContain(`Data from outside: main.ts:${line} ${what}`)
    expect(finding?.message).toContain('Fix: take every price from the feeds')
    expect(finding?.line).toBe(`main.ts:${line}`)
  })

  it('follows imports of values alone: a module of which only types are taken does not run', () => {
    const reader = {
      'reader.ts': "import fs from 'node:fs'\nexport type Rate = number\nexport const rates = fs\n",
    }
    const through = {
      ...reader,
      'through.ts': "export type { Rate } from './reader.ts'\nexport const one = 1\n",
    }
    for (const line of [
      "import type { Rate } from './reader.ts'",
      "import { type Rate } from './reader.ts'",
      "export type { Rate } from './reader.ts'",
      "type Reader = typeof import('./reader.ts')",
      "import { one } from './through.ts'",
    ])
      expect(found(`${line}\n`, through), line).toBeUndefined()
    const both = "import type { Rate } from './reader.ts'\nimport { rates } from './reader.ts'\n"
    expect(found(both, reader)?.line).toBe('reader.ts:1')
  })

  it('follows imports from the project, and bounds what it tells', () => {
    const helper = { 'beside.ts': "// the rates\nimport fs from 'node:fs'\nexport const rates = fs\n" }
    expect(found("import { rates } from './beside.ts'\n", helper)?.line).toBe('beside.ts:2')
    const many = Array.from({ length: 8 }, (_, i) => `import './rates${i}.json'`).join('\n')
    expect(found(many)?.message).toContain('main.ts:5 imports ./rates4.json and 3 more. What')
  })

  it.each([
    "import { defineStrategy, ema } from '@openclaw-trading/bot-engine'\nimport { z } from 'zod'\n",
    "import type { Stats } from 'node:fs'\n",
    "import { type Stats, type Dirent as Entry } from 'node:fs'\n",
    "export type Price = number\nexport type Fs = typeof import('node:fs')\n",
    "// import { readFileSync } from 'node:fs'\n/* import 'node:fs'\n fetch(x) */\n",
    "import { level } from './beside.ts'\nexport const one = source.fetch(level)\n",
    "import { performance } from 'node:perf_hooks'\n",
  ])('says nothing of %j', text => {
    expect(found(text, { 'beside.ts': 'export const level = 1\n' })).toBeUndefined()
  })
})
