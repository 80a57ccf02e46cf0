// For `globalSetup` of vitest: what tests start as processes runs from `dist`, as a user would run it.
import { ensureBuilt } from './build.mjs'

/** Builds what is missing or stale; `npm test` has done so before. */
export async function setup() {
  await ensureBuilt()
}
