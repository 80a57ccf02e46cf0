import type { Queryable } from '../database/queryable.ts'
import { type Lease, leaseStore } from '../stores/leases.ts'

const HUB_LEASE = 'hub'

/** Takes or renews the right to lead. Null while another hub leads. */
export function leadHub(db: Queryable, holder: string, ttlMs: number): Promise<Lease | null> {
  return leaseStore.acquire(db, { key: HUB_LEASE, holder, ttlMs })
}

/** Gives the right up, so that another hub leads at once. */
export function resignHub(db: Queryable, holder: string): Promise<void> {
  return leaseStore.release(db, HUB_LEASE, holder)
}

/** Who leads now, or led last. */
export function readHubLease(db: Queryable): Promise<Lease | null> {
  return leaseStore.get(db, HUB_LEASE)
}
