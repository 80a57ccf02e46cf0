/** What the thread is started with. */
export interface WatchedLoop {
  /** One number, which the event loop of the main thread raises. */
  readonly beats: Int32Array<SharedArrayBuffer>
  /** What the main thread is made to evaluate, with the seconds behind it in brackets. */
  readonly look: string
}

/**
 * Script of the thread that watches the main one. Once the event loop has stood still for 3 s, and then each second, it has
 * the main thread evaluate `look`, in the midst of what runs there: an interrupt of V8, as a debugger makes. It counts looks
 * of its own: a process that was stopped for a minute stood still, thread and all.
 *
 * Text, because a thread from a file would have to be found from sources, from `dist` and from a package alike, and in the
 * first case be compiled.
 */
export const THREAD = `
const { workerData: { beats, look } } = require('node:worker_threads')
let seen = -1
let still = 0
let session
setInterval(() => {
  const beat = Atomics.load(beats, 0)
  still = beat === seen ? still + 1 : 0
  seen = beat
  if (still < 12 || still % 4 > 0 || session !== undefined) return
  const { Session } = require('node:inspector')
  session = new Session()
  const close = () => {
    session?.disconnect()
    session = undefined
  }
  session.connectToMainThread()
  session.post('Runtime.evaluate', { expression: look + '(' + still / 4 + ')' }, close)
  // What ends the process in there waits for the session to go.
  setTimeout(close, 900)
}, 250)
`
