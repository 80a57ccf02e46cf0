// Generates src/protocol/generated from schema/ctrader-schema.json: the .proto text, static protobufjs code, its
// types, and the registry of payload types. Skips when the outputs are fresh.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { protoText, staticCode } from './generate/code.mjs'
import { commandsCode, commandTypes } from './generate/commands.mjs'
import { fieldsCode, fieldTypes, messageTypes, registryCode, registryTypes } from './generate/registry.mjs'

const packageDir = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const schemaFile = path.join(packageDir, 'schema/ctrader-schema.json')
const outDir = path.join(packageDir, 'src/protocol/generated')
const OUTPUTS = [
  'openapi.proto',
  'messages.js',
  'messages.d.ts',
  'registry.js',
  'registry.d.ts',
  'fields.js',
  'fields.d.ts',
  'commands.js',
  'commands.d.ts',
]

/** Hash of everything the outputs depend on. */
function sourceHash() {
  const hash = createHash('sha256')
  const files = [
    schemaFile,
    'scripts/generate.mjs',
    'scripts/generate/code.mjs',
    'scripts/generate/commands.mjs',
    'scripts/generate/registry.mjs',
  ]
  for (const file of files) hash.update(readFileSync(path.resolve(packageDir, file)))
  hash.update(createRequire(import.meta.url)('protobufjs-cli/package.json').version)
  return hash.digest('hex')
}

function isFresh(hash) {
  try {
    for (const name of OUTPUTS) readFileSync(path.join(outDir, name))
    return readFileSync(path.join(outDir, 'hash'), 'utf8') === hash
  } catch {
    return false
  }
}

async function generate() {
  const hash = sourceHash()
  if (isFresh(hash)) return
  const schema = JSON.parse(readFileSync(schemaFile, 'utf8'))
  mkdirSync(outDir, { recursive: true })
  // Written beside and renamed, the hash last: a run that is cut short never leaves a fresh-looking half.
  const tempDir = mkdtempSync(path.join(outDir, '.new-'))
  try {
    const texts = {
      'openapi.proto': protoText(schema, { lenient: false }),
      'messages.js': await staticCode(schema, tempDir),
      'messages.d.ts': messageTypes(schema),
      'registry.js': registryCode(schema),
      'registry.d.ts': registryTypes(schema),
      'fields.js': fieldsCode(schema),
      'fields.d.ts': fieldTypes(),
      'commands.js': commandsCode(schema),
      'commands.d.ts': commandTypes(),
      hash,
    }
    for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(tempDir, name), text)
    for (const name of [...OUTPUTS, 'hash']) renameSync(path.join(tempDir, name), path.join(outDir, name))
  } finally {
    rmSync(tempDir, { recursive: true, force: true })
  }
  console.log(`ctrader-client: generated ${Object.keys(schema.messages).length} messages`)
}

await generate()
