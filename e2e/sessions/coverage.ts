import { methods, registry, type PayloadType } from '@openclaw-trading/ctrader-client/protocol'
import { schema } from '../reliability/codec/schema.ts'

type Fields = Readonly<Record<string, unknown>>

/** Enums whose values travel by name, in fields of this name. */
const TOLD_BY_NAME = { field: 'errorCode', enums: ['ProtoOAErrorCode', 'ProtoErrorCode'] } as const
/** Answers to trading requests: an execution, or an order error. */
const COMMAND_ANSWERS: readonly number[] = [2126, 2132]
/** Requests that await their answer; the oldest is forgotten. */
const MAX_AWAITED = 1000

/** What of the protocol went over the wire: requests with their answers, fields, and values of enums. */
export class Coverage {
  readonly #seen = new Set<string>()
  /** Types of requests under the id that their answers carry. */
  readonly #awaited = new Map<string, number>()

  /** Notes a message that a client sent on a connection. */
  sent(payloadType: PayloadType, message: object, clientMsgId?: string, connection = ''): void {
    this.#saw(payloadType, message, clientMsgId)
    if (clientMsgId === undefined) return
    this.#awaited.set(`${connection} ${clientMsgId}`, payloadType)
    const [oldest] = this.#awaited.keys()
    if (this.#awaited.size > MAX_AWAITED && oldest !== undefined) this.#awaited.delete(oldest)
  }

  /** Notes a message that came in on a connection. */
  received(payloadType: PayloadType, message: object, clientMsgId?: string, connection = ''): void {
    this.#saw(payloadType, message, clientMsgId)
    const request = this.#awaited.get(`${connection} ${clientMsgId ?? ''}`)
    if (clientMsgId !== undefined && request !== undefined) this.#seen.add(`answer ${request} ${payloadType}`)
  }

  #saw(payloadType: PayloadType, message: object, clientMsgId: string | undefined): void {
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
    const answers = method.kind === 'query' ? [method.response] : COMMAND_ANSWERS
    return answers.some(answer => this.#seen.has(`answer ${method.request} ${answer}`))
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
        if (field === TOLD_BY_NAME.field)
          for (const told of TOLD_BY_NAME.enums)
            if (valuesOf(told).includes(String(each))) this.#seen.add(`value ${told}.${String(each)}`)
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
  const enums = new Set<string>(TOLD_BY_NAME.enums)
  for (const [name, { legacy, fields }] of Object.entries(schema.messages)) {
    if (legacy) continue
    for (const { name: field, type, label } of fields) {
      if (field === 'payloadType') continue
      if (label !== 'required') items.push(`field ${name}.${field}`)
      if (schema.enums[type] !== undefined) enums.add(type)
    }
  }
  for (const name of enums) for (const value of valuesOf(name)) items.push(`value ${name}.${value}`)
  return items.sort()
}

/** Names of the values of an enum. */
export function valuesOf(name: string): readonly string[] {
  return schema.enums[name]?.values.map(([value]) => value) ?? []
}
