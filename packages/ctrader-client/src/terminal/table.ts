/** One column of a table. */
export interface Column<Row> {
  readonly title: string
  /** Numbers stand right. Default left. */
  readonly align?: 'left' | 'right'
  /** What stands in the column for a row. */
  text(row: Row): string
}

const GAP = '  '

/** Rows as aligned text, with a line of titles. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map(row => columns.map(column => column.text(row)))
  const widths = columns.map(({ title }, index) =>
    cells.reduce((widest, line) => Math.max(widest, line[index]?.length ?? 0), title.length),
  )
  const lineOf = (line: readonly string[]): string =>
    line
      .map((cell, index) => {
        const width = widths[index] ?? 0
        return columns[index]?.align === 'right' ? cell.padStart(width) : cell.padEnd(width)
      })
      .join(GAP)
      .trimEnd()
  return `${[columns.map(({ title }) => title), ...cells].map(line => `${GAP}${lineOf(line)}\n`).join('')}`
}
