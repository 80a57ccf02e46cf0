import { acquireTestServer, ensureTemplate, type TestServer } from './server.ts'

// For `globalSetup` of vitest: the server starts once and stays up between test files.
let server: TestServer | undefined

/** Starts the shared server and makes its template. */
export async function setup(): Promise<void> {
  server = await acquireTestServer()
  await ensureTemplate(server.url)
}

/** Lets go of the server. */
export async function teardown(): Promise<void> {
  await server?.release()
}
