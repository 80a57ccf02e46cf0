import type { Queryable } from '../database/queryable.ts'
import { ControlPlaneError } from '../errors.ts'
import { currentBootId, isSameProcess, probeProcess } from '../process-probe.ts'
import { leaseStore } from '../stores/leases.ts'

/** A worker that has not renewed for this long is replaced; one that was killed on this machine at once. */
export const HOST_LEASE_MS = 15_000

/** The right to own the bot processes of a host: a second worker would take the first one's bots for orphans. */
export interface HostLease {
  /** Takes or renews it. @throws {@link ControlPlaneError} `conflict` while a live worker has it */
  renew(db: Queryable): Promise<void>
  /** Gives it up. */
  release(db: Queryable): Promise<void>
}

async function holderName(): Promise<string> {
  const probe = await probeProcess(process.pid)
  return `${await currentBootId()}/${process.pid}/${probe?.startMark ?? 'unknown'}`
}

/** What is known of a holder. One of another boot or machine cannot be looked at: only its silence counts. */
async function lookAt(holder: string): Promise<'alive' | 'gone' | 'elsewhere'> {
  const [bootId, pid, startMark = ''] = holder.split('/')
  if (bootId !== (await currentBootId())) return 'elsewhere'
  return (await isSameProcess(Number(pid), startMark)) ? 'alive' : 'gone'
}

/** Makes the lease of a host; no I/O yet. */
export function createHostLease(host: string, nonce: string): HostLease {
  const key = `worker:${host}`
  let holder: string | undefined
  const acquire = async (db: Queryable): Promise<boolean> => {
    holder ??= `${await holderName()}/${nonce}`
    return (await leaseStore.acquire(db, { key, holder, ttlMs: HOST_LEASE_MS })) !== null
  }
  return {
    renew: async db => {
      if (await acquire(db)) return
      const found = await leaseStore.get(db, key)
      const previous = found?.holder ?? ''
      const state = await lookAt(previous)
      if (state === 'gone') {
        await leaseStore.release(db, key, previous)
        if (await acquire(db)) return
      }
      throw new ControlPlaneError(
        'conflict',
        `Another worker of host "${host}" runs (process ${previous.split('/')[1] ?? '?'}). Stop it, or give this one another host name.`,
        { details: { host, elsewhere: state === 'elsewhere' } },
      )
    },
    release: async db => {
      if (holder !== undefined) await leaseStore.release(db, key, holder)
    },
  }
}
