import { accountSessions } from './account-sessions.ts'
import { codeSessions } from './code-sessions.ts'
import { dataSessions } from './data-sessions.ts'
import { historySessions } from './history-sessions.ts'
import { loginSessions } from './login-sessions.ts'
import { marketSessions } from './market-sessions.ts'
import { moneySessions } from './money-sessions.ts'
import { ruleSessions } from './rule-sessions.ts'
import { saidSessions } from './said-sessions.ts'
import type { Session } from './session.ts'
import { tradingSessions } from './trading-sessions.ts'

/** Every scripted session. */
export const SESSIONS: readonly Session[] = [
  ...loginSessions,
  ...accountSessions,
  ...dataSessions,
  ...marketSessions,
  ...historySessions,
  ...moneySessions,
  ...tradingSessions,
  ...ruleSessions,
  ...saidSessions,
  ...codeSessions,
]
