/** Where the recording of a session goes. */
export interface RecordingTarget {
  /** Puts bytes behind all that was put there before; called again only once it has resolved. */
  append(bytes: Uint8Array): Promise<void>
  /** Nothing more will come. */
  close(): Promise<void>
}
