import type { QueryClient } from '@tanstack/react-query'
import { alarmSentence, spokenBatch, tradeSentence } from './announcements.ts'
import { applyToBot, applyToFleet } from './apply.ts'
import type { Bot, Fleet, Instance, StreamMessage } from './contract.ts'
import { type Link, NO_LINK } from './link.ts'
import { createStore } from './store.ts'
import { readStream } from './stream.ts'

/** The line to the server. */
export const linkStore = createStore<Link>(NO_LINK)
/** Set while the person holds the view still: since when, and how much has come in meanwhile. */
export const holdStore = createStore<{ readonly since: number; readonly waiting: number } | null>(null)
/** What screen readers are told: `polite` waits for a pause, `alarm` interrupts. */
export const spokenStore = createStore<{ readonly polite: string; readonly alarm: string }>({
  polite: '',
  alarm: '',
})

interface Received {
  readonly message: StreamMessage
  readonly at: number
}

const SPEAK_EVERY_MS = 5000
// The row turns before the last entry about it is written.
const LOG_DELAY_MS = 1500
const REPLAY_WINDOW_MS = 15_000
// 20 updates a second for a minute; beyond it a fresh snapshot is cheaper than catching up.
const MAX_WAITING = 1200

let waiting: Received[] = []
let recent: Received[] = []
let toSay: string[] = []
let frameAsked = false

/** Notes that the server answered. */
export function confirmLink(): void {
  linkStore.set({ ...linkStore.get(), confirmedAt: Date.now() })
}

/** Messages that came after `at`: a snapshot asked for at that time may not know them. */
export function messagesSince(at: number): readonly Received[] {
  return recent.filter(entry => entry.at >= at)
}

/** Holds the view still, or lets it go on with fresh data. */
export function toggleHold(client: QueryClient): void {
  if (holdStore.get() === null) {
    holdStore.set({ since: Date.now(), waiting: 0 })
    return
  }
  holdStore.set(null)
  waiting = []
  void client.invalidateQueries()
}

/** Opens the stream and feeds its messages into the query cache; returns what ends it. */
export function startLive(client: QueryClient): () => void {
  const ending = new AbortController()
  void readStream(
    {
      onBytes: confirmLink,
      onOpen: () => {
        linkStore.set({ phase: 'live', retryAt: null, confirmedAt: Date.now() })
        // The server fills the gap or sends "reset"; a snapshot also covers a server that restarted.
        void client.invalidateQueries()
      },
      onLost: retryAt => linkStore.set({ ...linkStore.get(), phase: 'waiting', retryAt }),
      onMessage: message => receive(client, message),
    },
    ending.signal,
  )
  const speaker = setInterval(speak, SPEAK_EVERY_MS)
  return () => {
    ending.abort()
    clearInterval(speaker)
  }
}

function receive(client: QueryClient, message: StreamMessage): void {
  const at = Date.now()
  const hold = holdStore.get()
  if (hold !== null) {
    holdStore.set({ ...hold, waiting: hold.waiting + 1 })
    return
  }
  recent = [...recent.filter(entry => entry.at >= at - REPLAY_WINDOW_MS), { message, at }].slice(-MAX_WAITING)
  waiting.push({ message, at })
  if (message.type === 'trade') toSay.push(tradeSentence(message.trade))
  if (message.type === 'reset' || waiting.length > MAX_WAITING) {
    waiting = []
    void client.invalidateQueries()
    return
  }
  if (!frameAsked) {
    frameAsked = true
    // A hidden tab gets no frames; its title must follow all the same.
    if (document.hidden) setTimeout(() => flush(client), 250)
    else requestAnimationFrame(() => flush(client))
  }
}

/** Applies everything that came since the last frame at once. */
function flush(client: QueryClient): void {
  frameAsked = false
  const batch = waiting
  waiting = []
  const before = client.getQueryData<Fleet>(['fleet'])
  client.setQueryData<Fleet>(
    ['fleet'],
    fleet => fleet && batch.reduce((sum, { message, at }) => applyToFleet(sum, message, at), fleet),
  )
  for (const [key, old] of client.getQueriesData<Bot>({ queryKey: ['bot'] })) {
    if (old === undefined) continue
    const bot = batch.reduce((sum, { message, at }) => applyToBot(sum, message, at), old)
    client.setQueryData<Bot>(key, bot)
    if (turned(old.row, bot.row))
      setTimeout(() => void client.invalidateQueries({ queryKey: key }), LOG_DELAY_MS)
  }
  raiseAlarms(before, client.getQueryData<Fleet>(['fleet']))
}

/** Whether something happened that writes a session, an event or parameters, which the stream does not carry. */
function turned(before: Instance, after: Instance): boolean {
  return (
    before.displayStatus !== after.displayStatus ||
    before.sessionId !== after.sessionId ||
    before.paramsVersion !== after.paramsVersion ||
    before.generation !== after.generation
  )
}

function raiseAlarms(before: Fleet | undefined, after: Fleet | undefined): void {
  if (before === undefined || after === undefined || before === after) return
  const known = [...before.lanes.demo, ...before.lanes.live]
  for (const row of [...after.lanes.demo, ...after.lanes.live]) {
    const old = known.find(entry => entry.botId === row.botId && entry.accountType === row.accountType)
    const sentence = old === row ? null : alarmSentence(old, row, Date.now())
    if (sentence !== null) spokenStore.set({ ...spokenStore.get(), alarm: sentence })
  }
}

/** Says a sentence at the next pause. */
export function say(sentence: string): void {
  toSay.push(sentence)
}

function speak(): void {
  if (toSay.length === 0) return
  spokenStore.set({ ...spokenStore.get(), polite: spokenBatch(toSay) })
  toSay = []
}
