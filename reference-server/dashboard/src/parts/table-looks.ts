/** A table that fills its box. */
export const TABLE = 'w-full border-collapse text-[0.8125rem]'
/** A heading cell. */
export const HEAD =
  'border-b border-hairline px-3 py-2 text-xs font-medium whitespace-nowrap text-muted first:pl-4 last:pr-4'
/** A data cell. */
export const CELL = 'border-b border-hairline px-3 py-2 whitespace-nowrap first:pl-4 last:pr-4'
