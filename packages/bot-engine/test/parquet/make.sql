-- Files of another program, for the tests of the importer: `duckdb < make.sql` in this folder (DuckDB 1.5.6).
-- 300 quotes, four a second, with half a millisecond that no quote of ours has; 300 bars of a minute.
create view quotes as
  select make_timestamp(1704186000123500 + i * 250000) as moment, 2081.1 + (i % 7) / 100 as bid, 2081.4 + (i % 7) / 100 as ask
  from range(300) rows(i);
create view bars as
  select make_timestamp(1704186000000000 + i * 60000000) as moment,
    2081 + (i % 5) / 100 as open, 2082 + (i % 5) / 100 as high, 2080 + (i % 5) / 100 as low, 2081.5 + (i % 5) / 100 as close,
    i % 9 as volume
  from range(300) rows(i);

copy (select timezone('UTC', moment) as time, bid::double as bid, ask::double as ask from quotes)
  to 'quotes-instants-snappy.parquet' (format parquet, codec snappy);
copy (select epoch_ns(moment) as timestamp, ask::float as "Ask", bid::float as "Bid" from quotes)
  to 'quotes-epoch-ns-floats-zstd.parquet' (format parquet, codec zstd);
copy (select epoch_ms(moment) // 1000 as time, bid::varchar as bid, ask::varchar as ask, epoch_ms(moment) as time_msc from quotes)
  to 'quotes-texts-gzip.parquet' (format parquet, codec gzip);
copy (select moment::timestamp_ns as "__index_level_0__", open::decimal(10, 3) as open, high::decimal(10, 3) as high,
    low::decimal(10, 3) as low, close::decimal(10, 3) as close, volume::bigint as tick_volume from bars)
  to 'bars-local-decimals-lz4.parquet' (format parquet, codec lz4);
copy (select epoch_ms(moment) // 1000 as time, open, high, low, close, volume::integer as volume from bars)
  to 'bars-epoch-s-brotli.parquet' (format parquet, codec brotli, row_group_size 2048);
copy (select strftime(moment, '%Y.%m.%d') as "<DATE>", strftime(moment, '%H:%M:%S') as "<TIME>", open as "<OPEN>", high as "<HIGH>",
    low as "<LOW>", close as "<CLOSE>", volume as "<TICKVOL>" from bars)
  to 'bars-texts-of-metatrader.parquet' (format parquet, codec uncompressed);
copy (select (date '2024-01-01' + i::integer) as date, 10 as open, 12 as high, 8 as low, 11 as close
    from range(30) rows(i) where isodow(date '2024-01-01' + i::integer) < 6)
  to 'bars-dates.parquet' (format parquet);
copy (select moment as time, [bid] as bid, ask from quotes) to 'quotes-in-lists.parquet' (format parquet);
