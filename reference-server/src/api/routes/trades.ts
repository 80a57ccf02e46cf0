import { createRoute, z } from '@hono/zod-openapi'
import { tradeStore } from '@openclaw-trading/control-plane'
import { AccountType, BotId, TradeRequest, TradeRow } from '@openclaw-trading/control-plane/client'
import { ServerError } from '../../errors.ts'
import type { ApiParts } from '../parts.ts'
import { createRouter, jsonAnswer, jsonBody, problemAnswer } from '../router.ts'

/** Trades on a page at most. */
export const MAX_TRADE_PAGE = 200

const TradesQuery = z.object({
  botId: BotId.optional(),
  account_type: AccountType.optional(),
  accountType: AccountType.optional(),
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_TRADE_PAGE).default(50),
})

const TradePage = z.object({ trades: z.array(TradeRow), nextCursor: z.string().nullable() })

const record = createRoute({
  method: 'post',
  path: '/trade',
  operationId: 'recordTrades',
  summary: 'Stores closing deals, one or a batch; a repeat answers with the stored row.',
  request: { body: jsonBody(TradeRequest) },
  responses: { 200: jsonAnswer('The stored rows, in order.', z.array(TradeRow)), default: problemAnswer },
})

const list = createRoute({
  method: 'get',
  path: '/trades',
  operationId: 'listTrades',
  summary: 'Closed trades, newest first.',
  request: { query: TradesQuery },
  responses: { 200: jsonAnswer('A page.', TradePage), default: problemAnswer },
})

/** Routes of trades. */
export function tradeRoutes(parts: ApiParts) {
  return createRouter()
    .openapi(record, async context => {
      const body = context.req.valid('json')
      const { rows, inserted } = await tradeStore.record(parts.database, Array.isArray(body) ? body : [body])
      // Which rows of a mixed batch were new is not told apart here: readers know a deal by its id.
      if (inserted > 0) for (const trade of rows) parts.ring.publish({ type: 'trade', trade })
      return context.json([...rows], 200)
    })
    .openapi(list, async context => {
      const query = context.req.valid('query')
      const accountType = query.account_type ?? query.accountType
      const trades = await tradeStore.list(parts.database, {
        ...(query.botId === undefined ? {} : { botId: query.botId }),
        ...(accountType === undefined ? {} : { accountType }),
        ...(query.cursor === undefined ? {} : { after: decodeCursor(query.cursor) }),
        limit: query.limit,
      })
      const last = trades.at(-1)
      const full = last !== undefined && trades.length === query.limit
      return context.json(
        { trades: [...trades], nextCursor: full ? `${last.closedAt}.${last.dealId}` : null },
        200,
      )
    })
}

function decodeCursor(cursor: string): { readonly closedAt: number; readonly dealId: number } {
  const match = /^(\d{1,16})\.(\d{1,16})$/.exec(cursor)
  if (match === null)
    throw new ServerError(
      'invalid-payload',
      `"${cursor}" is not a cursor. Pass nextCursor of the page before.`,
    )
  return { closedAt: Number(match[1]), dealId: Number(match[2]) }
}
