/** Something that runs SQL: a {@link Database}, or the transaction inside `transaction()`. */
export interface Queryable {
  /**
   * Runs one statement and gives its rows. `bigint` arrives as a number, `timestamptz` as milliseconds.
   * @throws {@link ControlPlaneError} `database-unavailable`, `schema-outdated`
   */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<readonly Row[]>
  /** Runs `work` in a transaction; inside one, `work` joins it. A throw rolls back. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>
}
