import type { Heartbeat, InstanceRef } from '../client/contracts.ts'
import { type Clock, SYSTEM_CLOCK } from '../clock.ts'
import { parseFromBot } from './messages.ts'
import type { HostedProcess, ProcessExit, ProcessHost } from './process-host.ts'
import type { FromBot } from './protocol.ts'
import { climbDown, type Rung, type StopLadder } from './stop-ladder.ts'

/** What a worker does when something happened to its bot. */
export interface BotListener {
  /** It is ready, it has ended, or it is overdue: look at it. May be called more than once. */
  onNews(): void
  /** Each second or so. */
  onHeartbeat(heartbeat: Heartbeat): void
}

/** One bot process and what it has said. */
export interface BotProcess {
  /** Whose. */
  readonly ref: InstanceRef
  /** Of its start. */
  readonly epoch: number
  /** The process. */
  readonly process: HostedProcess
  /** Of its session; null before it is ready. */
  readonly sessionId: string | null
  /** Its last `ended` or `failed`. */
  readonly lastWord: Extract<FromBot, { type: 'ended' | 'failed' }> | null
  /** We asked it to end. */
  readonly stopRequested: boolean
  /** How far down the ladder it had to be taken; null when we did not end it. */
  readonly rung: Rung | null
  /** Set once it has ended. */
  readonly exit: ProcessExit | null
  /** Why it must be ended though it should run, e.g. never ready; null otherwise. */
  readonly overdue: string | null
  /** Takes it down the ladder, once however often it is called. True once it has ended. */
  stop(ladder: StopLadder): Promise<boolean>
  /** As `stop`, for a failure that is the bot's. */
  fail(ladder: StopLadder): Promise<boolean>
}

/** What is followed, and how patiently. */
export interface FollowRequest {
  /** Whose. */
  readonly ref: InstanceRef
  /** Of its start. */
  readonly epoch: number
  /** Just started. */
  readonly process: HostedProcess
  /** From here to `ready`. */
  readonly readyTimeoutMs: number
  /** From its last word, or the loss of its channel, to its exit. */
  readonly lingerMs: number
}

interface State {
  sessionId: string | null
  lastWord: BotProcess['lastWord']
  rung: Rung | null
  exit: ProcessExit | null
  stopRequested: boolean
  overdue: string | null
}

/**
 * Follows a process that was just started. It becomes overdue when it is not ready in time, or lives on after its last
 * word or without its channel: it could not be governed. A watchdog over stale heartbeats comes with the health jobs.
 */
export function followBot(
  request: FollowRequest,
  host: ProcessHost,
  listener: BotListener,
  clock: Clock = SYSTEM_CLOCK,
): BotProcess {
  const { ref, epoch, process } = request
  const state: State = {
    sessionId: null,
    lastWord: null,
    rung: null,
    exit: null,
    stopRequested: false,
    overdue: null,
  }
  const ended = new AbortController()
  const expectWithin = (ms: number, isMet: () => boolean, otherwise: string): void => {
    clock.sleep(ms, ended.signal).then(
      () => {
        if (isMet() || state.stopRequested) return
        state.overdue ??= otherwise
        listener.onNews()
      },
      () => {},
    )
  }
  const expectExit = (why: string): void =>
    expectWithin(request.lingerMs, () => false, `${why}, but did not exit within ${request.lingerMs} ms.`)

  void process.exited.then(exit => {
    state.exit = exit
    ended.abort()
    listener.onNews()
  })
  void process.disconnected.then(() => expectExit('It closed its channel to the worker'))
  process.onMessage(value => {
    const message = parseFromBot(value)
    if (message?.type === 'ready') {
      state.sessionId = message.sessionId
      listener.onNews()
    } else if (message?.type === 'heartbeat') {
      if (isOwn(message.heartbeat, ref, epoch)) listener.onHeartbeat(message.heartbeat)
    } else if (message !== null) {
      state.lastWord = message
      expectExit(message.type === 'failed' ? message.message.replace(/\.$/, '') : 'It said that it had ended')
    }
  })
  const never = `It was not ready within ${request.readyTimeoutMs} ms.`
  expectWithin(request.readyTimeoutMs, () => state.sessionId !== null || state.lastWord !== null, never)
  return describeBot(request, state, host, clock)
}

function isOwn(heartbeat: Heartbeat, ref: InstanceRef, epoch: number): boolean {
  return (
    heartbeat.botId === ref.botId && heartbeat.accountType === ref.accountType && heartbeat.epoch === epoch
  )
}

function describeBot(request: FollowRequest, state: State, host: ProcessHost, clock: Clock): BotProcess {
  const { ref, epoch, process } = request
  let descent: Promise<boolean> | undefined
  const descend = (ladder: StopLadder): Promise<boolean> => {
    descent ??= climbDown(
      {
        // Closing takes up to 10 s at a broker that refuses, and would be killed on its way: the ladder is shorter.
        ask: () => process.send({ type: 'stop', positions: 'keep' }),
        signal: name => host.signal(process.identity, name),
        endedWithin: ms => endedWithin(process, ms, clock),
      },
      ladder,
      rung => {
        state.rung = rung
      },
    ).finally(() => {
      // One that survived SIGKILL may be tried again.
      descent = undefined
    })
    return descent
  }
  return {
    ref,
    epoch,
    process,
    get sessionId() {
      return state.sessionId
    },
    get lastWord() {
      return state.lastWord
    },
    get stopRequested() {
      return state.stopRequested
    },
    get rung() {
      return state.rung
    },
    get exit() {
      return state.exit
    },
    get overdue() {
      return state.overdue
    },
    stop: ladder => {
      state.stopRequested = true
      return descend(ladder)
    },
    fail: descend,
  }
}

async function endedWithin(process: HostedProcess, ms: number, clock: Clock): Promise<boolean> {
  const waiting = new AbortController()
  const late = clock.sleep(ms, waiting.signal).then(
    () => false,
    () => false,
  )
  const ended = await Promise.race([process.exited.then(() => true), late])
  waiting.abort()
  return ended
}
