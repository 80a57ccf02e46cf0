import { type CpuProfile, fileOf } from './cpu-profile.ts'

/** A function of the strategy, and what it costs with all that it calls but other functions of the strategy. */
export interface HotFunction {
  readonly name: string
  /** Absolute. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** Of the time of the run, 0 to 1. */
  readonly share: number
  /** What more than half of it goes to, if that is one function that it calls. */
  readonly mostlyIn?: string
}

/** Where the time of a run went. */
export interface TimeShares {
  /** Milliseconds that were looked at. */
  readonly tookMs: number
  readonly looks: number
  /** Shares of that, 0 to 1: all functions of the strategy, and the collection of garbage. The rest is the engine. */
  readonly strategy: number
  readonly garbage: number
  /** Functions of the strategy, the dearest first. */
  readonly functions: readonly HotFunction[]
}

/** A function, called on one way to it. */
export type Node = CpuProfile['nodes'][number]

/** Time that nobody used. */
const IDLE = '(idle)'
const GARBAGE = '(garbage collector)'

/**
 * Adds up whose time it was: that of the innermost function of the strategy on the stack. What it calls in the engine
 * counts for it, because it is the call that one can leave out; the engine's own work before and after counts for none.
 *
 * @param isOwn - Whether a function belongs to the strategy.
 */
export function hotFunctions(profile: CpuProfile, isOwn: (node: Node) => boolean): TimeShares {
  const owners = ownersOf(profile, isOwn)
  const costs = new Map<string, Cost>()
  const sum = { all: 0, strategy: 0, garbage: 0 }
  for (const { id, us } of looksOf(profile)) {
    const { owner, called, self } = owners.get(id) as Owner
    if (self.callFrame.functionName === IDLE) continue
    sum.all += us
    if (self.callFrame.functionName === GARBAGE) sum.garbage += us
    if (owner === undefined) continue
    sum.strategy += us
    const cost = costOf(costs, owner)
    cost.us += us
    if (called !== undefined) cost.called.set(called, (cost.called.get(called) ?? 0) + us)
  }
  const all = Math.max(1, sum.all)
  return {
    tookMs: sum.all / 1000,
    looks: profile.samples?.length ?? 0,
    strategy: sum.strategy / all,
    garbage: sum.garbage / all,
    functions: [...costs.values()].sort((one, other) => other.us - one.us).map(cost => functionOf(cost, all)),
  }
}

interface Owner {
  readonly self: Node
  /** The innermost function of the strategy on the stack. */
  readonly owner: Node | undefined
  /** What that called, if it is not the function itself that ran. */
  readonly called: string | undefined
}

interface Cost {
  us: number
  readonly owner: Node
  readonly called: Map<string, number>
}

function ownersOf({ nodes }: CpuProfile, isOwn: (node: Node) => boolean): ReadonlyMap<number, Owner> {
  const byId = new Map(nodes.map(node => [node.id, node]))
  const owners = new Map<number, Owner>()
  const root = nodes[0]
  const waiting: Owner[] = root === undefined ? [] : [{ self: root, owner: undefined, called: undefined }]
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { self, owner, called } = place
    owners.set(self.id, place)
    for (const id of self.children ?? []) {
      const child = byId.get(id) as Node
      if (isOwn(child)) waiting.push({ self: child, owner: child, called: undefined })
      else waiting.push({ self: child, owner, called: owner && (called ?? nameOf(child)) })
    }
  }
  return owners
}

/** Each look at the stack with the time until the next one. */
function* looksOf({ samples = [], timeDeltas = [], startTime, endTime }: CpuProfile) {
  let at = startTime
  for (const [index, id] of samples.entries()) {
    at += timeDeltas[index] ?? 0
    const next = index + 1 < samples.length ? at + (timeDeltas[index + 1] ?? 0) : endTime
    yield { id, us: Math.max(0, next - at) }
  }
}

function costOf(costs: Map<string, Cost>, owner: Node): Cost {
  const { url, lineNumber, columnNumber } = owner.callFrame
  const key = `${url}:${lineNumber}:${columnNumber}`
  const known = costs.get(key)
  if (known !== undefined) return known
  const cost = { us: 0, owner, called: new Map<string, number>() }
  costs.set(key, cost)
  return cost
}

function functionOf({ owner, us, called }: Cost, all: number): HotFunction {
  const [most] = [...called].sort(([, one], [, other]) => other - one)
  return {
    name: nameOf(owner),
    file: fileOf(owner.callFrame) ?? owner.callFrame.url,
    line: owner.callFrame.lineNumber + 1,
    share: us / all,
    ...(most !== undefined && most[1] > us / 2 && { mostlyIn: most[0] }),
  }
}

function nameOf({ callFrame: { functionName } }: Node): string {
  return functionName === '' ? 'a nameless function' : functionName
}
