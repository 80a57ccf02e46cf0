/**
 * The newest inputs in order of size: a search tree with random priorities (treap), whose nodes know count and sum
 * below them. A push and a question cost O(log period); nothing is allocated.
 *
 * Node 0 is none; node i holds the input in slot i − 1 of the ring. Equal inputs are ordered by slot.
 *
 * @see R. Seidel, C. R. Aragon, Randomized Search Trees, Algorithmica 16, 1996
 */
export class OrderedWindow {
  private readonly inputs: Float64Array
  private readonly sums: Float64Array
  private readonly sizes: Uint32Array
  private readonly left: Uint32Array
  private readonly right: Uint32Array
  private readonly priorities: Uint32Array
  private root = 0
  private next = 1
  private below = 0
  private above = 0
  private random = 0x9e3779b9
  full = false

  /** Creates an empty window of `period` inputs. */
  constructor(period: number) {
    this.inputs = new Float64Array(period + 1)
    this.sums = new Float64Array(period + 1)
    this.sizes = new Uint32Array(period + 1)
    this.left = new Uint32Array(period + 1)
    this.right = new Uint32Array(period + 1)
    this.priorities = new Uint32Array(period + 1)
  }

  /** Inputs held. */
  get size(): number {
    return this.sizes[this.root] as number
  }

  /** Sum of the inputs held. */
  get sum(): number {
    return this.sums[this.root] as number
  }

  /** Adds an input; the oldest falls out when the window is full. */
  push(input: number): void {
    const node = this.next
    this.next = node + 1 === this.inputs.length ? 1 : node + 1
    if (this.full) this.root = this.without(this.root, node)
    this.inputs[node] = input
    this.left[node] = 0
    this.right[node] = 0
    this.priorities[node] = this.draw()
    this.update(node)
    this.split(this.root, input, node)
    const above = this.above
    this.root = this.merge(this.merge(this.below, node), above)
    if (this.next === 1) this.full = true
  }

  /** How many inputs lie below `limit`, or up to it. */
  count(limit: number, includesEqual: boolean): number {
    let counted = 0
    for (let node = this.root; node !== 0; ) {
      const input = this.inputs[node] as number
      if (input < limit || (includesEqual && input === limit)) {
        counted += (this.sizes[this.left[node] as number] as number) + 1
        node = this.right[node] as number
      } else node = this.left[node] as number
    }
    return counted
  }

  /** Sum of the inputs below `limit`. */
  sumBelow(limit: number): number {
    let sum = 0
    for (let node = this.root; node !== 0; ) {
      const input = this.inputs[node] as number
      if (input < limit) {
        sum += (this.sums[this.left[node] as number] as number) + input
        node = this.right[node] as number
      } else node = this.left[node] as number
    }
    return sum
  }

  /** Parts a tree into what lies before the key and what does not: `below` and `above`. */
  private split(tree: number, input: number, slot: number): void {
    if (tree === 0) {
      this.below = 0
      this.above = 0
      return
    }
    if (this.isBefore(tree, input, slot)) {
      this.split(this.right[tree] as number, input, slot)
      this.right[tree] = this.below
      this.update(tree)
      this.below = tree
    } else {
      this.split(this.left[tree] as number, input, slot)
      this.left[tree] = this.above
      this.update(tree)
      this.above = tree
    }
  }

  private merge(before: number, after: number): number {
    if (before === 0) return after
    if (after === 0) return before
    if ((this.priorities[before] as number) > (this.priorities[after] as number)) {
      this.right[before] = this.merge(this.right[before] as number, after)
      this.update(before)
      return before
    }
    this.left[after] = this.merge(before, this.left[after] as number)
    this.update(after)
    return after
  }

  private without(tree: number, gone: number): number {
    if (tree === gone) return this.merge(this.left[tree] as number, this.right[tree] as number)
    const side = this.isBefore(tree, this.inputs[gone] as number, gone) ? this.right : this.left
    side[tree] = this.without(side[tree] as number, gone)
    this.update(tree)
    return tree
  }

  private isBefore(node: number, input: number, slot: number): boolean {
    const own = this.inputs[node] as number
    return own < input || (own === input && node < slot)
  }

  private update(node: number): void {
    const left = this.left[node] as number
    const right = this.right[node] as number
    this.sizes[node] = (this.sizes[left] as number) + (this.sizes[right] as number) + 1
    this.sums[node] =
      (this.sums[left] as number) + (this.sums[right] as number) + (this.inputs[node] as number)
  }

  // Marsaglia's xorshift: priorities are the same in every run.
  private draw(): number {
    let state = this.random
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.random = state
    return state >>> 0
  }
}
