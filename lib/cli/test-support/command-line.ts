import type { Config } from '@/lib/config'
import { keyring } from '@/lib/crypto/keyring'
import { sealer } from '@/lib/crypto/seal'
import type { Installation } from '@/lib/services/installation'
import { closeDatabase, openDatabase } from '@/lib/store/database/database'
import type { PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { SECRETS } from '@/lib/test-support/example'
import { run } from '../run'

async function open({ databaseUrl = '', keys = [] }: Config): Promise<Installation> {
  const db = openDatabase(databaseUrl)
  const ring = keyring(keys)
  return { db, managementDb: db, keyring: ring, sealer: sealer(ring), close: () => closeDatabase(db) }
}

/**
 * Runs commands against the test's database.
 *
 * @param key 256 bits
 */
export const commandLine =
  (store: () => PostgresUnderTest, directory: string, key: Uint8Array) =>
  async (args: readonly string[], overrides: Readonly<Record<string, string>> = {}) => {
    const printed = { out: '', err: '' }
    const env = {
      PUBLIC_URL: 'https://auth.example.com',
      DATABASE_URL: store().url,
      VESTIBULE_KEYS: `k1:${Buffer.from(key).toString('base64')}`,
      ...SECRETS,
      ...overrides,
    }
    const print = (stream: 'out' | 'err') => (line: string) => {
      printed[stream] += `${line}\n`
    }
    const code = await run(args, {
      env,
      directory,
      locate: async ({ databaseUrl = '' }) => ({ url: databaseUrl, close: async () => {} }),
      open,
      start: () => Promise.reject(new Error('the server was started')),
      out: print('out'),
      err: print('err'),
    })
    return { code, ...printed }
  }
