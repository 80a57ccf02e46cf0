// A process that holds an embedded database until it is killed: started by the tests of the manager.
import { startEmbeddedPostgres } from '../src/database/embedded.ts'

const server = await startEmbeddedPostgres({ dir: process.argv[2] ?? '', fsync: false })
process.send?.({ pid: server.pid, port: server.port, attached: server.attached, url: server.url })
process.on('message', async () => {
  await server.stop()
  process.exit(0)
})
