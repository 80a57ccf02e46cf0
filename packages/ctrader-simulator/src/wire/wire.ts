/** What a {@link Wire} reports; every call comes from the event loop, never from inside a call to the wire. */
export interface WireListener {
  /** Bytes of length-prefixed frames arrived, cut anywhere. */
  onBytes(bytes: Uint8Array): void
  /** It is gone; nothing more will come. Called once. */
  onClosed(): void
}

/** Carries length-prefixed protobuf frames to and from one client, whatever transport and codec lie below. */
export interface Wire {
  /** Names the connection; absent: the connection makes a name up. */
  readonly id?: string
  /** Whether it carries the ids of others' requests this time; absent: never. */
  readonly copiesRequestIds?: () => boolean
  /** Starts to report. Called once, before anything is written. */
  listen(listener: WireListener): void
  /** Hands over one or more whole frames; the wire may keep the bytes. */
  write(frames: Uint8Array): void
  /** Bytes taken and not passed on yet. */
  readonly waitingBytes: number
  /** Lets what was written leave, then closes; nothing is read any more. */
  end(): void
  /** Closes at once; what waits is lost. */
  destroy(): void
}

/** A {@link Wire} over a socket, on which a message can be torn. */
export interface SocketWire extends Wire {
  /**
   * Sends the first bytes of one whole frame, in the form that the message has on the socket: with its length, as JSON,
   * inside a WebSocket frame. What is written next follows at once, so that the peer reads it as the rest.
   */
  tear(frame: Uint8Array, bytes: number): void
}
