import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What a {@link TcpProxy} does with the links it carries. */
export interface LinkFaults {
  /** Half open: takes everything, passes nothing on, in either direction or in one. */
  frozen: boolean | 'to-server' | 'to-client'
  /** Milliseconds by which every chunk comes later, in its order. */
  delayMs: number
  /** Whether newcomers are let in. */
  reachable: boolean
}

interface Link {
  readonly client: Socket
  readonly server: Socket
}

/** A network in the hands of a test: between a client and a server on this machine, below TLS. */
export class TcpProxy {
  readonly host = '127.0.0.1'
  readonly faults: LinkFaults = { frozen: false, delayMs: 0, reachable: true }
  /** Links made so far. */
  links = 0
  readonly #server: Server
  readonly #open = new Set<Link>()

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#server = createServer(client => this.#take(client, target))
  }

  /** Listens on a free port. */
  static async listen(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const proxy = new TcpProxy(target)
    await new Promise<void>(resolve => proxy.#server.listen(0, proxy.host, resolve))
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Cuts every link, as a network does: without a word. */
  cut(): void {
    for (const { client, server } of this.#open) {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
    this.#open.clear()
  }

  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()))
    this.cut()
    await closed
  }

  #take(client: Socket, target: { readonly host: string; readonly port: number }): void {
    client.on('error', () => {})
    if (!this.faults.reachable) {
      client.destroy()
      return
    }
    const server = connect(target)
    server.on('error', () => {})
    const link = { client, server }
    this.#open.add(link)
    this.links += 1
    this.#carry(client, server, 'to-server')
    this.#carry(server, client, 'to-client')
    const onClose = (): void => {
      this.#open.delete(link)
      client.destroy()
      server.destroy()
    }
    client.on('close', onClose)
    server.on('close', onClose)
  }

  #carry(from: Socket, to: Socket, way: 'to-server' | 'to-client'): void {
    from.setNoDelay(true)
    from.on('data', chunk => {
      if (this.faults.frozen === true || this.faults.frozen === way) return
      if (this.faults.delayMs === 0) to.write(chunk)
      else setTimeout(() => to.write(chunk), this.faults.delayMs)
    })
  }
}
