import { methods, registry, type PayloadType } from '@openclaw-trading/ctrader-client/protocol'
import { schema } from '../reliability/codec/schema.ts'

type Fields = Readonly<Record<string, unknown>>

/** What of the protocol went over the wire: requests with their answers, fields, and values of enums. */
export class Coverage {
  readonly #seen = new Set<string>()

  /** Notes a message that was sent or came in. */
  saw(payloadType: PayloadType, message: object, clientMsgId?: string): void {
    this.#seen.add(`message ${payloadType}`)
    this.#seen.add('field ProtoMessage.payload')
    if (clientMsgId !== undefined) this.#seen.add('field ProtoMessage.clientMsgId')
    this.#walk(registry[payloadType].name, message as Fields)
  }

  /** Everything there is and was not seen, sorted. */
  missing(): readonly string[] {
    return universe().filter(item => !this.#has(item))
  }

  #has(item: string): boolean {
    if (!item.startsWith('method ')) return this.#seen.has(item)
    const method = methods[item.slice('method '.length) as keyof typeof methods]
    const answers = method.kind === 'query' ? [method.response] : [2126, 2132]
    return (
      this.#seen.has(`message ${method.request}`) &&
      answers.some(answer => this.#seen.has(`message ${answer}`))
    )
  }

  #walk(name: string, message: Fields): void {
    for (const { name: field, type } of schema.messages[name]?.fields ?? []) {
      const value = message[field]
      const values = Array.isArray(value) ? value : [value]
      for (const each of values) {
        if (each === undefined || each === null) continue
        this.#seen.add(`field ${name}.${field}`)
        if (schema.messages[type] !== undefined) this.#walk(type, each as Fields)
        const named = schema.enums[type]?.values.find(([, number]) => number === each)
        if (named !== undefined) this.#seen.add(`value ${type}.${named[0]}`)
      }
    }
  }
}

/**
 * Every method, every message, every field that may be left out, and every enum value that a field can have.
 *
 * Left out are the first version of the protocol and the messages that only it had: no server of today takes or sends them.
 */
export function universe(): readonly string[] {
  const items = Object.keys(methods)
    .filter(name => !name.startsWith('v1'))
    .map(name => `method ${name}`)
  const messages = Object.values(registry)
    // The envelope carries all of them and is none.
    .filter(({ legacy, name }) => !legacy && name !== 'ProtoMessage')
    .map(({ payloadType }) => `message ${payloadType}`)
  items.push(...messages)
  const enums = new Set<string>()
  for (const [name, { legacy, fields }] of Object.entries(schema.messages)) {
    if (legacy) continue
    for (const { name: field, type, label } of fields) {
      if (field === 'payloadType') continue
      if (label !== 'required') items.push(`field ${name}.${field}`)
      if (schema.enums[type] !== undefined) enums.add(type)
    }
  }
  for (const name of enums)
    for (const [value] of schema.enums[name]?.values ?? []) items.push(`value ${name}.${value}`)
  return items.sort()
}
