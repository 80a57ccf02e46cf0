import { lots, pips, type UnixMs } from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { held, ManualBroker, sessions, start, turn } from '../../test/manual-broker.ts'
import type { SubmitOutcome } from '../ports/broker.ts'
import type { Context, UnansweredExit } from '../strategy/context.ts'
import type { RunEvent } from './run-event.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

const SILENT: SubmitOutcome = { type: 'unknown', cause: new Error('request-timeout') }

/** A run that holds a position and asks for an exit at its first quote. */
async function exiting(ask: (ctx: Context) => unknown, onTold: (ctx: Context) => unknown = () => {}) {
  const broker = new ManualBroker()
  broker.positions = [held]
  const told: { exit: UnansweredExit; positions: number }[] = []
  const events: RunEvent[] = []
  let asked = false
  const session = await start(
    {
      onQuote(_, ctx) {
        if (!asked) ask(ctx)
        asked = true
      },
      onUnanswered(exit, ctx) {
        told.push({ exit, positions: ctx.positions.length })
        onTold(ctx)
      },
    },
    broker,
    { observer: { onEvent: event => void events.push(event) } },
  )
  broker.quote(1000)
  const answer = async (outcome: SubmitOutcome) => {
    // An entry leaves once the ledger has it.
    await turn()
    broker.submitted[0]?.answer(outcome)
    await turn()
  }
  return { broker, session, told, events, answer }
}

describe('an exit without an answer on a link that stands', () => {
  it.each([
    ['close', (ctx: Context) => ctx.close()],
    ['set-protection', (ctx: Context) => ctx.setProtection(held.id, {})],
  ] as const)(
    '(%s) is told to the strategy and as a run event, once, and sent no second time',
    async (type, ask) => {
      const { broker, told, events, answer, session } = await exiting(ask)
      await answer(SILENT)
      expect(told).toMatchObject([{ exit: { id: 's1.1', command: { type, positionId: 7 } }, positions: 1 }])
      expect(events.filter(event => event.type === 'exit-unanswered')).toMatchObject([
        { exit: { id: 's1.1', command: { type } } },
      ])
      expect(broker.submitted).toHaveLength(1)
      expect(session.status).toBe('exits-only')
    },
  )

  it('stands in the view while the position is not smaller', async () => {
    const { broker, answer, session } = await exiting(ctx => ctx.close())
    expect(session.view().unansweredCloses).toEqual([])
    await answer(SILENT)
    expect(session.view().unansweredCloses).toEqual([{ positionId: 7, volume: 0.1 }])
    broker.emit({ type: 'position-updated', at: 2000 as UnixMs, position: { ...held, volume: lots(0) } })
    expect(session.view().unansweredCloses).toEqual([])
  })

  it('may be asked for again by the strategy, under an id of its own', async () => {
    const { broker, told, answer } = await exiting(
      ctx => ctx.close(),
      ctx => told.length === 1 && ctx.close(held.id),
    )
    await answer(SILENT)
    expect(broker.submitted.map(({ command }) => command)).toMatchObject([
      { type: 'close', positionId: 7 },
      { type: 'close', positionId: 7 },
    ])
    broker.submitted[1]?.answer(SILENT)
    await turn()
    expect(told.map(({ exit }) => exit.id)).toEqual(['s1.1', 's1.2'])
  })

  it('is told by the account that is told anew where the link is closed', async () => {
    const { told, events, answer } = await exiting(ctx => ctx.close())
    await answer({ type: 'unknown', cause: new Error('connection-lost'), linkClosed: true })
    expect(told).toEqual([])
    expect(events.filter(event => event.type === 'exit-unanswered')).toEqual([])
  })

  it('ends the run when the strategy throws at it', async () => {
    const { answer, session } = await exiting(
      ctx => ctx.close(),
      () => {
        throw new Error('no')
      },
    )
    await answer(SILENT)
    expect(session.failure?.message).toMatch(/onUnanswered of strategy .* threw: no/)
  })
})

it('an entry without an answer is no exit', async () => {
  const { told, answer } = await exiting(ctx => ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(100) } }))
  await answer(SILENT)
  expect(told).toEqual([])
})
