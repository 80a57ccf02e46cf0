import type * as Server from '@openclaw-trading/reference-server'

const dist = new URL('../reference-server/dist/index.js', import.meta.url).href

/** The built server, whose children are the built ones: they begin five times faster than the sources through tsx. */
export const builtServer = async (): Promise<typeof Server> => (await import(dist)) as typeof Server
