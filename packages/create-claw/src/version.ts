import { readFileSync } from 'node:fs'

/** Version of this package and of all of ours, which are released together. */
export const VERSION: string = JSON.parse(
  // `dist` and `src` lie side by side, so it is one step up.
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version
