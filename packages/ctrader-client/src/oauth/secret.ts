/** A text that must not be seen: it prints as `[redacted]` wherever it ends up by accident. */
export class Secret {
  readonly #text: string

  /** Wraps a text; whoever needs it calls {@link Secret.reveal}. */
  constructor(text: string) {
    this.#text = text
  }

  /** Number of characters. */
  get length(): number {
    return this.#text.length
  }

  /** The text itself: only for the wire and for a file that its owner alone can read. */
  reveal(): string {
    return this.#text
  }

  /** Tells whether both hold the same text. */
  equals(other: Secret): boolean {
    return this.#text === other.#text
  }

  /** `[redacted]`. */
  toString(): string {
    return REDACTED
  }

  /** `[redacted]`. */
  toJSON(): string {
    return REDACTED
  }

  /** `[redacted]`, for console.log and util.inspect of Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED
  }
}

const REDACTED = '[redacted]'

/**
 * Eight hexadecimal digits by which two secrets can be told apart without showing them.
 *
 * HMAC-SHA-256 under a random salt: nobody without the salt can try texts against it.
 */
export async function fingerprintOf(secret: Secret, salt: Uint8Array<ArrayBuffer>): Promise<string> {
  const { subtle } = globalThis.crypto
  const key = await subtle.importKey('raw', salt, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const digest = new Uint8Array(await subtle.sign('HMAC', key, new TextEncoder().encode(secret.reveal())))
  return [...digest.subarray(0, 4)].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

/** Replaces secrets in a text of others, who may repeat what they were sent. */
export function scrub(text: string, secrets: readonly Secret[]): string {
  return secrets
    .filter(secret => secret.length > 0)
    .reduce((rest, secret) => rest.replaceAll(secret.reveal(), REDACTED), text)
}
