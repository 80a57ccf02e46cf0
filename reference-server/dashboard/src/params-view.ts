/** One parameter as the page shows it. */
export interface ParamLine {
  /** Group it belongs to; '' for the top level. */
  readonly group: string
  readonly name: string
  readonly value: string
  readonly description: string
  /** Allowed values: `2 to 200`, `one of m1, m5`; '' when the schema says nothing. */
  readonly range: string
  /** Default of the schema; null when it has none. */
  readonly defaultValue: string | null
  /** True when the value differs from the default. */
  readonly changed: boolean
}

interface SchemaNode {
  readonly type?: unknown
  readonly description?: unknown
  readonly default?: unknown
  readonly minimum?: unknown
  readonly maximum?: unknown
  readonly exclusiveMinimum?: unknown
  readonly exclusiveMaximum?: unknown
  readonly enum?: unknown
  readonly properties?: Record<string, SchemaNode>
}

// A schema that nests deeper is shown as JSON rather than as lines.
const MAX_DEPTH = 3

/** The parameters in the order of their schema; those the schema does not know come last. */
export function paramLines(params: Record<string, unknown>, schema: Record<string, unknown>): ParamLine[] {
  return linesOf(params, schema as SchemaNode, '', 0)
}

function linesOf(
  values: Record<string, unknown>,
  schema: SchemaNode,
  group: string,
  depth: number,
): ParamLine[] {
  const properties = schema.properties ?? {}
  const names = [...new Set([...Object.keys(properties), ...Object.keys(values)])]
  return names.flatMap(name => {
    const node = properties[name] ?? {}
    const value = name in values ? values[name] : node.default
    if (isRecord(value) && depth < MAX_DEPTH)
      return linesOf(value, node, group === '' ? name : `${group}.${name}`, depth + 1)
    const defaultValue = node.default === undefined ? null : valueText(node.default)
    return [
      {
        group,
        name,
        value: valueText(value),
        description: typeof node.description === 'string' ? node.description : '',
        range: rangeText(node),
        defaultValue,
        changed: defaultValue !== null && defaultValue !== valueText(value),
      },
    ]
  })
}

function rangeText(node: SchemaNode): string {
  if (Array.isArray(node.enum)) return `one of ${node.enum.map(valueText).join(', ')}`
  // Schemas of whole numbers carry ±(2^53−1), which is no limit that means anything to a reader.
  const bound = (value: unknown) =>
    typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : null
  const from = bound(node.minimum)
  const above = bound(node.exclusiveMinimum)
  const to = bound(node.maximum)
  const below = bound(node.exclusiveMaximum)
  const low = from !== null ? `${from}` : above !== null ? `more than ${above}` : ''
  const high = to !== null ? `${to}` : below !== null ? `less than ${below}` : ''
  if (low !== '' && high !== '') return `${low} to ${high}`
  if (low !== '') return from !== null ? `at least ${low}` : low
  return high === '' ? '' : to !== null ? `at most ${high}` : high
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'none'
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return JSON.stringify(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
