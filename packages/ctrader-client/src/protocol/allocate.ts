/** Bytes that are written over at once; from Node's pool where there is one, which costs a third. */
export const allocate: (length: number) => Uint8Array =
  typeof Buffer === 'undefined' ? length => new Uint8Array(length) : length => Buffer.allocUnsafe(length)
