import type { LiveSimulator } from '@openclaw-trading/ctrader-simulator'
import type { Codec, MessageByPayloadType, PayloadType } from '@openclaw-trading/ctrader-client/protocol'
import { expect } from 'vitest'
import type { Coverage } from './coverage.ts'
import type { Facts, Session, Step } from './session.ts'
import { type Received, WireClient } from './wire-client.ts'

type Known = Record<string, unknown>

/** Spots looked at for something that not every one has. */
const MAX_SPOTS = 200

/** Messages looked at for one of which the place is not known. */
const MAX_OTHERS = 50

/** Plays a session against a venue; the first step that does not hold fails with its number. */
export async function drive(
  session: Session,
  venue: LiveSimulator,
  coverage: Coverage,
  codec: Codec = 'protobuf',
): Promise<void> {
  const { accessToken, clientId, clientSecret, ctidTraderAccountId } = venue.credentials
  const known: Known = {
    account: ctidTraderAccountId,
    token: accessToken,
    clientId,
    secret: clientSecret,
    refreshToken: venue.refreshToken,
    now: venue.now(),
  }
  const connections = new Map<string, WireClient>()
  try {
    for (const [index, step] of session.steps.entries())
      await new SessionStep(`step ${index + 1}`, step, venue, known, {
        connections,
        coverage,
        codec,
      }).play()
  } finally {
    for (const connection of connections.values()) connection.close()
  }
}

interface Wires {
  readonly connections: Map<string, WireClient>
  readonly coverage: Coverage
  readonly codec: Codec
}

class SessionStep {
  readonly #label: string
  readonly #step: Step
  readonly #venue: LiveSimulator
  readonly #known: Known
  readonly #wires: Wires

  constructor(label: string, step: Step, venue: LiveSimulator, known: Known, wires: Wires) {
    this.#label = `${label} (${JSON.stringify(step)})`
    this.#step = step
    this.#venue = venue
    this.#known = known
    this.#wires = wires
  }

  async play(): Promise<void> {
    const step = this.#step
    if ('open' in step) await this.#open(step.open)
    else if ('hangUp' in step) this.#on(step.hangUp).close()
    else if ('bytes' in step) this.#on(step.on).sendBytes(Uint8Array.from(step.bytes))
    else if ('send' in step) this.#send(step.send, step.fields ?? {}, step.id, step.on)
    else if ('quiet' in step) await this.#quiet(step.quiet)
    else if ('closed' in step) expect(await this.#on(step.closed).next(), this.#label).toBeUndefined()
    else if ('spot' in step) this.#compare(await this.#on(step.on).nextSpot(), 2131, step.spot, step.without)
    else if ('spotWith' in step)
      this.#compare(await this.#spotWith(step.spotWith), 2131, step.fields, step.without)
    else if ('depth' in step) this.#compare(await this.#on().nextDepth(), 2155, step.depth)
    else if ('act' in step) {
      const result = step.act(this.#venue.control, this.#known as Facts)
      if (step.save !== undefined) this.#known[step.save] = result
    } else if ('some' in step) this.#save(await this.#some(step), step.save)
    else {
      const received = await this.#on(step.on).next()
      this.#compare(received, step.expect, step.fields ?? {}, step.without)
      expect(received?.clientMsgId, `${this.#label}: id`).toBe(step.id)
      this.#save(received, step.save)
    }
  }

  async #open(name: string): Promise<void> {
    const { connections, coverage, codec } = this.#wires
    connections.set(name, await WireClient.open(this.#venue, coverage, codec))
  }

  #save(received: Received | undefined, save: Readonly<Record<string, string>> = {}): void {
    for (const [name, path] of Object.entries(save)) {
      this.#known[name] = at(received?.message, path)
      expect(this.#known[name], `${this.#label}: ${path}`).toBeDefined()
    }
  }

  async #some({ some, fields, on }: Extract<Step, { some: number }>): Promise<Received | undefined> {
    const seen: unknown[] = []
    for (let i = 0; i < MAX_OTHERS; i++) {
      const received = await this.#on(on).next()
      seen.push(received)
      if (received === undefined) break
      if (received.payloadType === some && this.#has(received.message, fields)) return received
    }
    throw new Error(`${this.#label}: got ${JSON.stringify(seen)}`)
  }

  #has(message: object, fields: Known): boolean {
    try {
      expect(message).toMatchObject(this.#resolved(fields) as object)
      return true
    } catch {
      return false
    }
  }

  #on(name = 'A'): WireClient {
    const connection = this.#wires.connections.get(name)
    if (connection === undefined) throw new Error(`${this.#label}: there is no connection ${name}`)
    return connection
  }

  #send(payloadType: number, fields: Known, id: string | undefined, on: string | undefined): void {
    const message = this.#resolved(fields) as MessageByPayloadType[PayloadType]
    this.#on(on).send(payloadType as PayloadType, message, id)
  }

  async #spotWith(path: string): Promise<Received | undefined> {
    for (let i = 0; i < MAX_SPOTS; i++) {
      const spot = await this.#on().nextSpot()
      if (at(spot?.message, path) !== undefined) return spot
    }
    return undefined
  }

  async #quiet(on: string): Promise<void> {
    this.#send(2104, {}, 'quiet', on)
    const received = await this.#on(on).next()
    expect({ payloadType: received?.payloadType, id: received?.clientMsgId }, this.#label).toEqual({
      payloadType: 2105,
      id: 'quiet',
    })
  }

  #compare(
    received: Received | undefined,
    payloadType: number,
    fields: Known,
    without: readonly string[] = [],
  ): void {
    const seen = JSON.stringify(received)
    expect(received?.payloadType, `${this.#label}: got ${seen}`).toBe(payloadType)
    expect(received?.message, this.#label).toMatchObject(this.#resolved(fields) as object)
    for (const path of without) expect(at(received?.message, path), `${this.#label}: ${path}`).toBeUndefined()
  }

  #resolved(value: unknown): unknown {
    if (typeof value === 'function') return (value as (known: Known) => unknown)(this.#known)
    if (typeof value === 'string' && value.startsWith('$')) return this.#known[value.slice(1)]
    if (Array.isArray(value)) return value.map(item => this.#resolved(item))
    // Matchers of the test runner are values of their own.
    if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
      return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#resolved(item)]))
  }
}

function at(message: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Known | undefined)?.[key], message)
}
