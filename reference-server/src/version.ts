import { readFileSync } from 'node:fs'

/** Version of the server; `dist` and `src` lie side by side, so its package.json is one step up. */
export const VERSION: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version
