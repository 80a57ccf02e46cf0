import type { AnyStrategy } from '@openclaw-trading/bot-engine'

/** A strategy that the server knows, with what the dashboard tells about it. */
export interface StrategyEntry {
  readonly botId: string
  readonly name: string
  readonly description: string
  /** Why it should earn, and when it should fail. */
  readonly hypothesis: string
  /** The broker's name of what it trades. */
  readonly symbol: string
  /** Timeframes its parameters allow; the first is the default. */
  readonly timeframes: readonly string[]
  /** Module of the strategy: the code hash of a session is of it and of what it imports. */
  readonly module: string
  readonly strategy: AnyStrategy
  /** Parameters of the first start on the demo lane; absent: it starts in the backlog. */
  readonly demoParams?: Readonly<Record<string, unknown>>
}
