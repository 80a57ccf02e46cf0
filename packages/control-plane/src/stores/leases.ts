import type { Queryable } from '../database/queryable.ts'

/** An exclusive right with an expiry. */
export interface Lease {
  /** What it is for, e.g. `hub`. */
  readonly key: string
  /** Grows with each takeover; the fencing token. */
  readonly epoch: number
  /** Null after a release. */
  readonly holder: string | null
  /** Wall time of the database. */
  readonly renewedAt: number
  /** Valid for this long after the renewal. */
  readonly ttlMs: number
}

const COLUMNS = 'key, epoch, holder, renewed_at as "renewedAt", ttl_ms as "ttlMs"'

/** Leases, timed by the database's clock alone. */
export const leaseStore = {
  /** Takes a free or expired lease, or renews one's own. Null while somebody else holds it. */
  async acquire(
    db: Queryable,
    request: { readonly key: string; readonly holder: string; readonly ttlMs: number },
  ): Promise<Lease | null> {
    const rows = await db.query<Lease>(
      `insert into claw.leases as l (key, epoch, holder, ttl_ms, renewed_at)
       values ($1, 1, $2, $3, clock_timestamp())
       on conflict (key) do update set
         epoch = case when l.holder = excluded.holder and l.renewed_at + l.ttl_ms * interval '1 ms' > clock_timestamp()
           then l.epoch else l.epoch + 1 end,
         holder = excluded.holder, ttl_ms = excluded.ttl_ms, renewed_at = clock_timestamp()
       where l.holder is null or l.holder = excluded.holder
         or l.renewed_at + l.ttl_ms * interval '1 ms' <= clock_timestamp()
       returning ${COLUMNS}`,
      [request.key, request.holder, request.ttlMs],
    )
    return rows[0] ?? null
  },

  /** Gives it up, if it is still this holder's; the next one takes it at once. */
  async release(db: Queryable, key: string, holder: string): Promise<void> {
    await db.query('update claw.leases set holder = null where key = $1 and holder = $2', [key, holder])
  },

  /** Null when it was never taken. */
  async get(db: Queryable, key: string): Promise<Lease | null> {
    return (await db.query<Lease>(`select ${COLUMNS} from claw.leases where key = $1`, [key]))[0] ?? null
  },
}
