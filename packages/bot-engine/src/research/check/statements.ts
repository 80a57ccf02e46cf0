import type { RuleInputs } from '../../strategy/explain.ts'

/** What a strategy stated with `ctx.explain` in one handler call. */
export interface Statement {
  readonly rule: string
  readonly holds: boolean
  readonly inputs: RuleInputs
}

/** Statements by market time. */
export type Statements = ReadonlyMap<number, readonly Statement[]>

/** An input, or a verdict, that is not the same in both runs. */
export interface InputDifference {
  /** E.g. `ema of rule "above the average"`. */
  readonly what: string
  readonly values: readonly [string, string]
}

/**
 * The first input that differs at an instant, else the first verdict. `undefined` where the strategy states nothing:
 * what it does not state with `ctx.explain` has no name.
 */
export function inputDifference(one: Statements, other: Statements, at: number): InputDifference | undefined {
  const [first = [], second = []] = [one.get(at), other.get(at)]
  for (const { rule, holds, inputs } of first) {
    const twin = second.find(statement => statement.rule === rule)
    if (twin === undefined) continue
    const name = Object.keys({ ...inputs, ...twin.inputs }).find(
      key => !Object.is(inputs[key], twin.inputs[key]),
    )
    if (name !== undefined)
      return {
        what: `${name} of rule "${rule}"`,
        values: [valueText(inputs[name]), valueText(twin.inputs[name])],
      }
    if (holds !== twin.holds) return { what: `rule "${rule}"`, values: [String(holds), String(twin.holds)] }
  }
  return undefined
}

/** What to do where an indicator that differs has no name. */
export const STATE_INPUTS =
  " The indicator that differs has no name here: state the inputs with ctx.explain?.rule('above', holds, { ema, close }) and check again to have it named with both values."

function valueText(value: RuleInputs[string]): string {
  return value === undefined ? 'not ready' : String(value)
}
