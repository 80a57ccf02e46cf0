/** How messages are written: the protocol's binary form, or JSON. Servers take each on a port of its own. */
export type Codec = 'protobuf' | 'json'
