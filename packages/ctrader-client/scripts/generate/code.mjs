import { writeFileSync } from 'node:fs'
import path from 'node:path'
import pbjs from 'protobufjs-cli/pbjs.js'

/**
 * The schema as .proto text.
 *
 * `lenient` is what the codec is made from. It differs in three ways, so that new server versions never break old
 * clients: no field is required on input, an enum field is a plain int32 (an unknown value stays a number), and no
 * default is filled in (what was not sent reads as undefined).
 */
export function protoText(schema, { lenient }) {
  const lines = ['// Generated from schema/ctrader-schema.json. Do not edit.', 'syntax = "proto2";', '']
  for (const [name, { values }] of Object.entries(schema.enums)) {
    const byNumber = new Set(values.map(value => value[1]))
    lines.push(`enum ${name} {`)
    if (byNumber.size < values.length) lines.push('  option allow_alias = true;')
    for (const [value, number, deprecated] of values)
      lines.push(`  ${value} = ${number}${deprecated ? ' [deprecated = true]' : ''};`)
    lines.push('}', '')
  }
  for (const [name, { fields }] of Object.entries(schema.messages)) {
    lines.push(`message ${name} {`)
    for (const field of fields) lines.push(`  ${fieldText(schema, field, lenient)}`)
    lines.push('}', '')
  }
  return lines.join('\n')
}

function fieldText(schema, field, lenient) {
  const label = lenient && field.label === 'required' ? 'optional' : field.label
  const type = lenient && field.type in schema.enums ? 'int32' : field.type
  const options = []
  if (field.default !== undefined && !lenient) options.push(`default = ${defaultText(field)}`)
  if (field.deprecated) options.push('deprecated = true')
  if (field.packed !== undefined) options.push(`packed = ${field.packed}`)
  return `${label} ${type} ${field.name} = ${field.number}${options.length > 0 ? ` [${options.join(', ')}]` : ''};`
}

const defaultText = field => (field.type === 'string' ? JSON.stringify(field.default) : String(field.default))

function count(text, pattern) {
  return (text.match(pattern) ?? []).length
}

function mustMatch(what, found, expected) {
  if (found !== expected) {
    console.error(
      `ctrader-client: expected ${expected} places of ${what} in the code of pbjs, found ${found}. Its output changed: adapt scripts/generate/code.mjs.`,
    )
    process.exit(1)
  }
}

/** Static code by pbjs, with its 64-bit reads and writes routed through ../int64.ts and its default values removed. */
export async function staticCode(schema, tempDir) {
  const protoFile = path.join(tempDir, 'lenient.proto')
  writeFileSync(protoFile, protoText(schema, { lenient: true }))
  const flags = [
    '--no-create',
    '--no-verify',
    '--no-convert',
    '--no-delimited',
    '--no-typeurl',
    '--no-service',
    '--no-comments',
  ]
  const args = [
    '-t',
    'static-module',
    '-w',
    'esm',
    '-r',
    'openclaw-ctrader-client',
    '--keep-case',
    ...flags,
    protoFile,
  ]
  const raw = await new Promise((resolve, reject) => {
    pbjs.main(args, (error, output) => (error ? reject(error) : resolve(output)))
  })
  const fields = Object.values(schema.messages).flatMap(message => message.fields)
  const wide = fields.filter(field => field.type === 'int64' || field.type === 'uint64')
  const wideLists = wide.filter(field => field.label === 'repeated').length
  mustMatch('64-bit reads', count(raw, /reader\.u?int64\(\)/g), wide.length)
  mustMatch('packed 64-bit reads', count(raw, /reader\.u?int64s\(/g), wideLists)
  mustMatch('default values', count(raw, /^\s*\w+\.prototype\.\w+ = .*;$/gm), fields.length)
  return raw
    .replace(/reader\.int64\(\)/g, '$readInt64(reader)')
    .replace(/reader\.uint64\(\)/g, '$readUint64(reader)')
    .replace(/reader\.int64s\(/g, '$readInt64s(reader, ')
    .replace(/reader\.uint64s\(/g, '$readUint64s(reader, ')
    .replace(/\.(u?int64)\((message\.(\w+)(?:\[i\])?)\)/g, ".$1($checkInt64($2, '$3'))")
    .replace(/^\s*\w+\.prototype\.\w+ = .*;\n/gm, '')
    .replace(
      /^import \$protobuf .*$/m,
      line =>
        `${line}\nimport { checkInt64 as $checkInt64, readInt64 as $readInt64, readInt64s as $readInt64s, readUint64 as $readUint64, readUint64s as $readUint64s } from '../int64.ts';`,
    )
}
