import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import schema from '../../schema/ctrader-schema.json' with { type: 'json' }
import * as messages from './generated/messages.js'
import { payloadTypes, registry, requests, schemaVersion } from './generated/registry.js'
import { methods } from './methods.ts'

interface SchemaField {
  readonly name: string
  readonly number: number
  readonly type: string
  readonly label: string
  readonly default?: unknown
  readonly deprecated?: boolean
  readonly packed?: boolean
}

const generatedProto = readFileSync(new URL('./generated/openapi.proto', import.meta.url), 'utf8')
const { root } = protobuf.parse(generatedProto, { keepCase: true })
root.resolveAll()
const named = (name: string): unknown => (messages as Record<string, unknown>)[name]

function factsOf(field: protobuf.Field): SchemaField {
  const {
    default: value,
    deprecated,
    packed,
  } = (field.options ?? {}) as { default?: unknown; deprecated?: boolean; packed?: boolean }
  return {
    name: field.name,
    number: field.id,
    type: field.type,
    label: field.rule === 'repeated' ? 'repeated' : field.required ? 'required' : 'optional',
    ...(value === undefined ? {} : { default: value }),
    ...(deprecated === true ? { deprecated } : {}),
    ...(packed === undefined ? {} : { packed }),
  }
}

describe('generated schema', () => {
  it.each(Object.entries(schema.messages))('states exactly the facts of %s', (name, { fields }) => {
    const type = root.lookupType(name)
    expect(type.fieldsArray.map(factsOf)).toEqual(fields)
  })

  it.each(Object.entries(schema.enums))('states exactly the values of %s', (name, { values }) => {
    const facts = values.map(([value, number]) => [value, number])
    expect(Object.entries(root.lookupEnum(name).values)).toEqual(facts)
    expect(Object.entries(named(name) as object).filter(([key]) => Number.isNaN(Number(key)))).toEqual(facts)
  })

  it('[row 5] says which published definition it follows', () => {
    const { source, commit } = schema
    expect(schemaVersion).toEqual({ source, commit })
    expect(commit).toMatch(/^[0-9a-f]{40}$/)
  })

  it('[row 6] has a message for nothing but the schema', () => {
    const names = root.nestedArray.filter(item => item instanceof protobuf.Type).map(item => item.name)
    expect(names).toEqual(Object.keys(schema.messages))
  })

  it('gives every payload type its message by number, never by name', () => {
    const facts = Object.entries(schema.payloadTypes).map(([number, { message, enumName, legacy }]) => [
      Number(number),
      message,
      enumName,
      legacy,
    ])
    const made = Object.values(registry).map(entry => [
      entry.payloadType,
      entry.name,
      entry.constant,
      entry.legacy,
    ])
    expect(made).toEqual(facts)
    expect(payloadTypes.PROTO_OA_TRADER_UPDATE_EVENT).toBe(2123)
    expect(registry[2123].name).toBe('ProtoOATraderUpdatedEvent')
    for (const entry of Object.values(registry)) expect(entry.codec).toBe(named(entry.name))
  })
})

describe('methods', () => {
  it('has one row for every request of the schema, with its answer and its limit', () => {
    const rows = Object.values(methods).map(method => [
      method.request,
      'response' in method ? [method.response] : [2126, 2132],
      method.limit,
    ])
    const facts = Object.entries(schema.requests).map(([number, { responses }]) => [
      Number(number),
      responses,
      schema.historical.includes(Number(number)) ? 'historical' : 'standard',
    ])
    expect(rows).toEqual(facts)
    expect(Object.keys(requests).map(Number)).toEqual(rows.map(([request]) => request))
  })
})
