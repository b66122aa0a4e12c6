import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

type Entry = { readonly payload: AdapterPayload; readonly expiresAt: number }

const SWEEP_EVERY = 1_000

/** Where one identity provider keeps its sessions, codes and tokens: in memory, one map for each kind. */
export function memoryAdapter(): AdapterFactory {
  const kinds = new Map<string, Map<string, Entry>>()

  return (kind) => {
    const entries = kinds.get(kind) ?? new Map<string, Entry>()
    kinds.set(kind, entries)
    return adapterOver(entries)
  }
}

function adapterOver(entries: Map<string, Entry>): Adapter {
  let writes = 0

  function live(id: string): AdapterPayload | undefined {
    const entry = entries.get(id)
    return entry && entry.expiresAt > Date.now() ? entry.payload : undefined
  }

  function findWhere(matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const [id, { payload }] of entries) if (matches(payload) && live(id)) return payload
    return undefined
  }

  function deleteWhere(matches: (entry: Entry) => boolean): void {
    for (const [id, entry] of entries) if (matches(entry)) entries.delete(id)
  }

  return {
    async upsert(id, payload, expiresIn) {
      if (++writes % SWEEP_EVERY === 0) deleteWhere(({ expiresAt }) => expiresAt <= Date.now())
      entries.set(id, { payload, expiresAt: expiresIn ? Date.now() + expiresIn * 1000 : Infinity })
    },
    async find(id) {
      return live(id)
    },
    async findByUid(uid) {
      return findWhere((payload) => payload.uid === uid)
    },
    async findByUserCode(userCode) {
      return findWhere((payload) => payload.userCode === userCode)
    },
    async consume(id) {
      const payload = live(id)
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      entries.delete(id)
    },
    async revokeByGrantId(grantId) {
      deleteWhere(({ payload }) => payload.grantId === grantId)
    },
  }
}
