import { EngineError } from '../errors.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import type { StrategyState } from '../strategy/state.ts'

/** Most characters of a strategy's state as JSON: it is written whole each time it changes. */
export const MAX_STATE_LENGTH = 65_536

/**
 * The state object of a run: one and the same from `create` to the end, so that closures may keep it.
 *
 * What the warm-up does to it is undone when there was a saved one: those bars have left their mark in it already.
 */
export class StrategyMemory {
  readonly value: StrategyState
  readonly #strategy: AnyStrategy
  readonly #saved: unknown

  /** Takes a saved state, migrated where it must be, or the default one. @throws {@link EngineError} `state-invalid` */
  constructor(strategy: AnyStrategy, saved: unknown) {
    this.#strategy = strategy
    this.#saved = this.#migrated(saved)
    // A copy: what a run changes in it must not reach whoever gave it.
    this.value =
      saved === undefined ? this.#parse({}, 'default') : this.#parse(structuredClone(this.#saved), 'saved')
  }

  /** A saved state in the shape of today. */
  #migrated(saved: unknown): unknown {
    const { state, migrateState } = this.#strategy
    if (saved === undefined || migrateState === undefined || state.safeParse(saved).success) return saved
    let migrated: unknown
    try {
      migrated = migrateState(structuredClone(saved))
    } catch (cause) {
      throw this.#invalid(`was refused by its migrateState: ${String(cause)}`, cause)
    }
    // Only what fits goes on: anything else would be told as the saved one.
    this.#parse(structuredClone(migrated), 'migrated')
    return migrated
  }

  /** The state of an earlier run that this one began with, as plain JSON; `undefined`: there was none. */
  get saved(): unknown {
    return this.#saved
  }

  /** The bars from before the run have been replayed. */
  warmedUp(): void {
    if (this.#saved === undefined) return
    for (const key of Object.keys(this.value)) delete this.value[key]
    Object.assign(this.value, this.#parse(structuredClone(this.#saved), 'saved'))
  }

  /**
   * The state as JSON.
   *
   * @throws {@link EngineError} `state-invalid` when it does not fit its schema, is not JSON, or is too long
   */
  text(): string {
    this.#parse(this.value, 'present')
    const text = this.#write()
    if (text.length <= MAX_STATE_LENGTH) return text
    const sizes = Object.entries(this.value).map(
      ([key, value]) => [key, JSON.stringify(value)?.length ?? 0] as const,
    )
    const [largest = ['', 0]] = sizes.sort((a, b) => b[1] - a[1])
    throw this.#invalid(
      `is ${text.length} characters long, the most is ${MAX_STATE_LENGTH}; "${largest[0]}" takes ${largest[1]}. Keep in it ` +
        'what cannot be rebuilt from the history bars, and drop what is old',
    )
  }

  #write(): string {
    try {
      const text = JSON.stringify(this.value)
      // What JSON changes on its way (a Map, a Date, NaN) would come back as something else.
      this.#parse(JSON.parse(text), 'written')
      return text
    } catch (cause) {
      if (cause instanceof EngineError) throw cause
      throw this.#invalid(
        'cannot be written as JSON. Keep plain numbers, texts, lists and objects in it',
        cause,
      )
    }
  }

  #parse(input: unknown, which: string): StrategyState {
    const result = this.#strategy.state.safeParse(input)
    if (result.success) return result.data
    const problems = result.error.issues
      .map(({ path, message }: { readonly path: readonly PropertyKey[]; readonly message: string }) =>
        path.length === 0 ? message : `${path.join('.')}: ${message}`,
      )
      .join('; ')
    const advice =
      which === 'default'
        ? 'Give each field a default'
        : which === 'saved'
          ? 'Give new fields a default, write a migrateState that takes older states, or remove the saved one while no position is open'
          : which === 'migrated'
            ? 'Let migrateState return what the schema states'
            : 'Keep in it what the schema states, as plain JSON'
    throw this.#invalid(`does not fit its schema (${which}): ${problems}. ${advice}`, result.error)
  }

  #invalid(what: string, cause?: unknown): EngineError {
    const { name } = this.#strategy
    return new EngineError('state-invalid', `The state of strategy "${name}" ${what}.`, {
      cause,
      details: { strategy: name },
    })
  }
}

/** The memory of a run, when the strategy has a state. @throws {@link EngineError} `state-invalid` */
export function startMemory(strategy: AnyStrategy, saved: unknown): StrategyMemory | undefined {
  return strategy.state === undefined ? undefined : new StrategyMemory(strategy, saved)
}
