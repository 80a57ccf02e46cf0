/** Made by {@link prepareRandomId}; each is handed out once. */
let spare: string | undefined

/** A version 4 UUID; the one made ahead, where there is one. */
export function randomId(): string {
  const id = spare
  spare = undefined
  return id ?? newId()
}

/**
 * Makes the next id ahead, while nobody waits for it: on the way of an order it would be a fifth of our share.
 *
 * @returns the id that {@link randomId} hands out next
 */
export function prepareRandomId(): string {
  spare ??= newId()
  return spare
}

/** Pages over plain HTTP have random values but not the function. */
function newId(): string {
  const { crypto } = globalThis
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  return [8, 12, 16, 20, 32].map((end, i) => hex.slice([0, 8, 12, 16, 20][i], end)).join('-')
}
