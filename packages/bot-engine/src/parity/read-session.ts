import { readFile, stat } from 'node:fs/promises'
import { EngineError } from '../errors.ts'
import { MOST_MAX_BYTES } from './recorder.ts'
import { type Frame, type FrameEnd, isRecording, readFrames } from './frame.ts'
import { readSegment } from './quote-segment.ts'
import type { RecordedSession, SessionHeader } from './session.ts'
import { SessionReader } from './session-reader.ts'
import type { StoredNote } from './stored-note.ts'

/**
 * Reads the recording of a session, up to where it is whole: what is missing stands in `gaps`.
 *
 * @param name Of the recording, for the message.
 * @throws {@link EngineError} `data-invalid` when it is no recording, or torn before its beginning
 */
export function readSession(bytes: Uint8Array, name = 'The recording'): RecordedSession {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!isRecording(buffer))
    throw invalid(name, 'is no recording of a session: it does not begin with CLAWSES1. Check the path')
  const frames = readFrames(buffer)
  const first = frames.next()
  const header = first.done === true ? undefined : headerIn(first.value)
  if (header === undefined)
    throw invalid(
      name,
      'does not say with what the session began: it ends before. No replay can be made of it',
    )
  if (header.schema !== 'claw.session/1')
    throw invalid(
      name,
      `is of version ${String(header.schema)}, and this program reads claw.session/1. Update it`,
    )
  const reader = new SessionReader(header)
  const end = readAll(frames, reader)
  return reader.session(end, buffer.length - end.offset)
}

/**
 * Reads the recording of a session from a file; see {@link readSession}.
 *
 * @throws {@link EngineError} `data-missing` when it cannot be read, `data-invalid`
 */
export async function readSessionFile(path: string): Promise<RecordedSession> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  if (size > MOST_MAX_BYTES)
    throw invalid(path, `has ${size} bytes, and no recording has more than ${MOST_MAX_BYTES}. Check the path`)
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  return readSession(bytes, path)
}

function readAll(frames: Generator<Frame, FrameEnd, undefined>, reader: SessionReader): FrameEnd {
  for (let next = frames.next(); ; next = frames.next()) {
    if (next.done === true) return next.value
    const { kind, payload, offset } = next.value
    const isRead =
      kind === 'quotes' ? readSegment(payload, quote => reader.quote(quote)) : readNote(payload, reader)
    // Its checksum is right, so another program has written it.
    if (!isRead) return { type: 'damaged', offset }
  }
}

function readNote(payload: Buffer, reader: SessionReader): boolean {
  const note = noteIn(payload)
  if (note !== undefined) reader.note(note)
  return note !== undefined
}

function headerIn({ kind, payload }: Frame): SessionHeader | undefined {
  const note = kind === 'note' ? noteIn(payload) : undefined
  return note?.type === 'begin' ? note.header : undefined
}

function noteIn(payload: Buffer): StoredNote | undefined {
  try {
    return JSON.parse(payload.toString('utf8')) as StoredNote
  } catch {
    return undefined
  }
}

function invalid(name: string, what: string): EngineError {
  return new EngineError('data-invalid', `${name} ${what}.`, { details: { path: name } })
}

function unreadable(path: string, cause: unknown): EngineError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  return new EngineError(
    'data-missing',
    `${path} cannot be read (${code}). Check the path and its permissions.`,
    {
      cause,
      details: { path },
    },
  )
}
