/** What a Parquet file of ours says of its rows, in its key-value metadata. */
export const PARQUET_KEYS = {
  symbol: 'claw.symbol',
  /** `ticks`, or the timeframe of bars. */
  series: 'claw.series',
  /** Decimal digits of the prices: a double says 2081.1 where the price was 2081.10. */
  digits: 'claw.digits',
} as const
