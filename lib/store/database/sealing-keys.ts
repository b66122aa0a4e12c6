import { sealingKeys } from '@/drizzle/schema/sealing-keys'
import { type Keyring, MissingKey } from '@/lib/crypto/keyring'
import type { Database } from './database'
import { guarded } from './guarded'

/**
 * Checks that everything sealed so far can be opened, and records the key that seals from now on. Nothing is
 * recorded for a keyring that is refused: a mistaken key would otherwise be asked for ever after. Decision 0021.
 *
 * @throws MissingKey naming every key that sealed data needs and the keyring lacks
 * @throws StoreUnavailable when the database cannot be reached
 */
export function enterKeyring(db: Database, keyring: Keyring): Promise<void> {
  const { enter } = guarded({
    async enter() {
      const used = await db.select({ keyId: sealingKeys.keyId }).from(sealingKeys).orderBy(sealingKeys.keyId)
      const missing = used.map(({ keyId }) => keyId).filter((keyId) => !keyring.has(keyId))
      if (missing.length > 0) throw new MissingKey(missing)
      await db.insert(sealingKeys).values({ keyId: keyring.currentId }).onConflictDoNothing()
    },
  })
  return enter()
}
