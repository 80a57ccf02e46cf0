/** What a connection reports; both are called synchronously, in order. */
export interface TransportListener {
  /** Bytes arrived, cut anywhere. The chunk may be reused after the call. */
  onData(chunk: Uint8Array): void
  /** Nothing more will come. Called once; `cause` when the link broke. */
  onClose(cause?: unknown): void
}

/** One open byte stream to a server. */
export interface TransportConnection {
  /** Sends bytes after all bytes sent before. Ignored once it is closed. */
  send(bytes: Uint8Array): void
  /** Bytes accepted and not yet handed to the network. */
  readonly waitingBytes: number
  /** Sends what waits, then closes; at once when the peer does not take it within a second. */
  close(): void
  /** Closes at once; what waits is lost. */
  destroy(): void
}

/**
 * A way to reach a server.
 *
 * Data is pushed, not pulled: decoding and every listener run inside the read, which keeps wire order and costs no
 * promise per message.
 */
export interface Transport {
  /** Opens a connection. @throws {@link CTraderError} `connection-lost` with delivery `not-sent`, or the reason of `signal` */
  open(
    listener: TransportListener,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<TransportConnection>
}
