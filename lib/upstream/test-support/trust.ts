/** Node's fetch keeps its connection pool there, and takes another one from there. */
const POOL = Symbol.for('undici.globalDispatcher.1')

type Pool = { new (options: { connect: { ca: string } }): { close(): Promise<void> } }

/**
 * Has `fetch` trust this authority, and no other, while `work` runs: what NODE_EXTRA_CA_CERTS does at the start of a
 * process. For tests only.
 *
 * @param ca a certificate in PEM
 */
export async function trusting<T>(ca: string, work: () => Promise<T>): Promise<T> {
  // The pool is made at the first use.
  await fetch('data:,')
  const registry = globalThis as unknown as Record<symbol, object>
  const before = registry[POOL]
  if (!before) throw new Error('this Node keeps the connection pool of fetch elsewhere')
  const pool = new (before.constructor as unknown as Pool)({ connect: { ca } })
  registry[POOL] = pool
  try {
    return await work()
  } finally {
    registry[POOL] = before
    await pool.close()
  }
}
