import { type IntentLedger, isEngineError, type OpenIntent } from '@openclaw-trading/bot-engine'
import { MAX_REPAIR_RESULT, type Repair, type RepairResult } from '@openclaw-trading/control-plane/client'
import type { AccountSnapshot } from '@openclaw-trading/trading-model'
import type { IntentOutcome, SeenOrders } from './intent-file.ts'
import type { StateFile } from './state-file.ts'

/** What came of a repair. */
export type Told = Pick<RepairResult, 'status' | 'result'>

/** What a start does its repairs with. */
export interface RepairGround {
  readonly ledger: IntentLedger
  readonly stateFile: StateFile
  /** The account as it stands. */
  readonly snapshot: AccountSnapshot
  /** Of the bot's orders and positions. */
  readonly label: string
}

/**
 * The repairs that wait when a bot starts: done before its run begins, each told before the next.
 *
 * Done twice they do the same: a process that ends between the two, without having run, leaves them to the next.
 */
export class Repairs {
  readonly #waiting: readonly Repair[]
  readonly #tell: (repair: Repair, told: Told) => Promise<void>
  readonly #onError: (error: unknown) => void

  /** Creates them; `tell` resolves when the server has it. `onError` hears of what a run could not tell. */
  constructor(
    waiting: readonly Repair[],
    tell: (repair: Repair, told: Told) => Promise<void>,
    onError: (error: unknown) => void,
  ) {
    this.#waiting = waiting
    this.#tell = tell
    this.#onError = onError
  }

  /** What people have seen of orders; the run looks for each at the broker before it takes their word. */
  get seenOrders(): SeenOrders {
    const words = new Map<string, NonNullable<OpenIntent['seenAs']>>()
    for (const { work } of this.#waiting)
      if (work.action === 'settle-order') words.set(work.orderId, work.seenAs)
    return {
      words,
      onSettled: (id, outcome) => {
        for (const repair of this.#waiting)
          if (repair.work.action === 'settle-order' && repair.work.orderId === id)
            void this.#tell(repair, settledAs(repair.work.seenAs, outcome)).catch(this.#onError)
      },
    }
  }

  /** Does what is to be done before the run. @throws what a disk or the API throws: the repair then waits on */
  async run(ground: RepairGround): Promise<void> {
    for (const repair of this.#waiting) {
      const told = await done(repair, ground)
      if (told !== undefined)
        await this.#tell(repair, { ...told, result: told.result.slice(0, MAX_REPAIR_RESULT) })
    }
  }
}

async function done({ work }: Repair, ground: RepairGround): Promise<Told | undefined> {
  switch (work.action) {
    case 'reset-state':
      return reset(ground)
    case 'release-protection':
      return release(work, ground)
    case 'settle-order': {
      const open = await openIds(ground)
      // The run looks for it, and tells.
      if (open === 'unreadable' || open.includes(work.orderId)) return undefined
      return refused(`No order ${work.orderId} lacks an outcome any more: nothing was left to settle.`)
    }
  }
}

async function reset(ground: RepairGround): Promise<Told> {
  const { snapshot, label, stateFile } = ground
  const positions = snapshot.positions.filter(position => position.label === label)
  const orders = snapshot.orders.filter(order => order.label === label && !order.closing)
  const open = await openIds(ground)
  const found = [
    ...positions.map(({ id }) => `position ${id}`),
    ...orders.map(({ id }) => `order ${id}`),
    ...(open === 'unreadable'
      ? ['perhaps an order of a record that cannot be read']
      : open.map(id => `order ${id} without an outcome`)),
  ]
  if (found.length > 0)
    return refused(
      `The account has ${found.slice(0, 10).join(', ')}: a strategy that has forgotten them would leave or repeat them. Nothing was changed; close or settle them, then ask again.`,
    )
  switch (await stateFile.reset()) {
    case 'reset':
      return applied('The strategy begins anew. What its limits and protections have seen stays.')
    case 'damaged':
      return applied(
        "The file could not be read and was put aside. The strategy begins anew; for its limits and protections the account's closings of the day count.",
      )
    case 'nothing':
      return applied('There was no state: the strategy begins anew.')
  }
}

async function release(
  { protection, ordinal }: { readonly protection: string; readonly ordinal: number },
  { stateFile }: RepairGround,
): Promise<Told> {
  try {
    const change = await stateFile.release(protection, ordinal)
    if (change.type === 'refused') return refused(`Nothing was changed: ${change.reason}.`)
    return applied(`${protection} begins anew. It had kept ${JSON.stringify(change.removed)}.`)
  } catch (error) {
    if (!isEngineError(error, 'state-invalid')) throw error
    return refused(`Nothing was changed: ${error.message}`)
  }
}

/** Of orders without an outcome. A record that cannot be read may hold any. */
async function openIds({ ledger }: RepairGround): Promise<readonly string[] | 'unreadable'> {
  try {
    return (await ledger.unresolved()).map(({ id }) => id)
  } catch (error) {
    if (isEngineError(error, 'state-invalid')) return 'unreadable'
    throw error
  }
}

/** What the broker's records show outweighs what a person has seen. */
function settledAs(seenAs: 'absent' | 'filled', outcome: IntentOutcome): Told {
  if (outcome === 'rejected') return refused('The broker refused the order: that counts.')
  if (outcome === 'accepted')
    return seenAs === 'filled'
      ? applied('The order counts as arrived.')
      : refused('The broker has the order: it counts as arrived. Look at the account.')
  return seenAs === 'absent'
    ? applied('The broker has no trace of the order: it counts as absent.')
    : refused("The broker's records reach back to the order and have no trace of it: it counts as absent.")
}

function applied(result: string): Told {
  return { status: 'applied', result }
}

function refused(result: string): Told {
  return { status: 'refused', result }
}
