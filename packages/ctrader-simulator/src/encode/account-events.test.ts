import { describe, expect, it } from 'vitest'
import {
  encodeBalanceChange,
  encodeMarginCall,
  encodeMarginChange,
  encodeSwapCharge,
} from './account-events.ts'

const account = { ctidTraderAccountId: 5, moneyDigits: 2, leverage: 100 }
const position = {
  id: 3,
  symbolId: 41,
  status: 'open',
  side: 'buy',
  volumeCents: 100,
  entryPoints: 129_000_000,
  openedAt: 1,
  updatedAt: 7,
  commissionMinor: -4,
  swapMinor: -12,
  usedMarginMinor: 1290,
} as never

describe('what happens to an account without an order', () => {
  it('tells a swap by the position alone', () => {
    const event = encodeSwapCharge(
      { type: 'swap-charged', at: 7, server: true, chargedMinor: -12, position },
      account,
    )
    expect(event).toMatchObject({
      executionType: 9,
      isServerEvent: true,
      position: { positionId: 3, swap: -12, usedMargin: 1290, utcLastUpdateTimestamp: 7 },
    })
    expect(event).not.toHaveProperty('order')
    expect(event).not.toHaveProperty('deal')
  })

  it('tells a deposit and a withdrawal with balance, version and equity', () => {
    const change = { id: 2, at: 9, deltaMinor: -50, balanceMinor: 950, balanceVersion: 4, equityMinor: 940 }
    expect(encodeBalanceChange(change, account)).toEqual({
      ctidTraderAccountId: 5,
      executionType: 10,
      isServerEvent: true,
      depositWithdraw: {
        operationType: 1,
        balanceHistoryId: 2,
        balance: 950,
        delta: -50,
        changeBalanceTimestamp: 9,
        balanceVersion: 4,
        equity: 940,
        moneyDigits: 2,
      },
    })
    const deposit = encodeBalanceChange({ ...change, deltaMinor: 50, note: 'x' }, account)
    expect(deposit.depositWithdraw).toMatchObject({ operationType: 0, externalNote: 'x' })
  })

  it('numbers margin calls from 61 and states their level in percent', () => {
    expect(encodeMarginCall(2, { percent: 80, updatedAt: 4 })).toEqual({
      marginCallType: 63,
      marginLevelThreshold: 80,
      utcLastUpdateTimestamp: 4,
    })
  })

  it('tells a moved margin of its position', () => {
    expect(encodeMarginChange({ type: 'margin-changed', at: 7, server: true, position }, account)).toEqual({
      ctidTraderAccountId: 5,
      positionId: 3,
      usedMargin: 1290,
      moneyDigits: 2,
    })
  })
})
