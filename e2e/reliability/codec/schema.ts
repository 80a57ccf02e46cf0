import { readFileSync } from 'node:fs'

/** A field as the schema tells it. */
export interface SchemaField {
  readonly name: string
  readonly number: number
  readonly type: string
  readonly label: 'required' | 'optional' | 'repeated'
  readonly packed?: boolean
}

/** What the tests need of the schema file; it is read as data, since no package exports it. */
export interface Schema {
  readonly messages: Readonly<
    Record<
      string,
      {
        readonly payloadType: number | null
        readonly legacy: boolean
        readonly fields: readonly SchemaField[]
      }
    >
  >
  readonly enums: Readonly<
    Record<
      string,
      { readonly values: readonly (readonly [name: string, number: number, ...rest: unknown[]])[] }
    >
  >
}

const FILE = new URL('../../../packages/ctrader-client/schema/ctrader-schema.json', import.meta.url)

/** The schema of the protocol. */
export const schema = JSON.parse(readFileSync(FILE, 'utf8')) as Schema
