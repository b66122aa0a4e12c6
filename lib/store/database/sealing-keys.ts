import { eq, like, type SQL } from 'drizzle-orm'
import { connections } from '@/drizzle/schema/organizations'
import { sealingKeys } from '@/drizzle/schema/sealing-keys'
import { signingKeys } from '@/drizzle/schema/servers'
import { type Keyring, MissingKey, WrongKey } from '@/lib/crypto/keyring'
import { sealer } from '@/lib/crypto/seal'
import type { Database } from './database'
import { guarded } from './guarded'
import { connectionSecretContext, signingKeyContext } from './sealed-contexts'

/**
 * Checks that everything sealed so far can be opened, and records the key that seals from now on. Nothing is
 * recorded for a keyring that is refused: a mistaken key would otherwise be asked for ever after. Decision 0021.
 *
 * @throws MissingKey naming every key that sealed data needs and the keyring lacks
 * @throws WrongKey naming every id under which the keyring has another key than the one that sealed
 * @throws StoreUnavailable when the database cannot be reached
 */
export function enterKeyring(db: Database, keyring: Keyring): Promise<void> {
  const { enter } = guarded({
    async enter() {
      const used = await db.select().from(sealingKeys).orderBy(sealingKeys.keyId)
      const missing = used.map(({ keyId }) => keyId).filter((keyId) => !keyring.has(keyId))
      if (missing.length > 0) throw new MissingKey(missing)
      const right = await Promise.all(used.map((row) => isRight(db, keyring, row)))
      const wrong = used.filter((_, index) => !right[index])
      if (wrong.length > 0) throw new WrongKey(wrong.map(({ keyId }) => keyId))
      const { currentId } = keyring
      await db
        .insert(sealingKeys)
        .values({ keyId: currentId, checkValue: checkValue(keyring, currentId) })
        .onConflictDoNothing()
      for (const { keyId } of used.filter((row) => row.checkValue === null))
        await complete(db, keyring, keyId)
    },
  })
  return enter()
}

/** Derived from the key, and tells nothing of it nor of what is derived for other purposes. */
const checkValue = (keyring: Keyring, keyId: string) =>
  keyring.derive(keyId, 'check value').toString('base64url')

async function isRight(
  db: Database,
  keyring: Keyring,
  { keyId, checkValue: known }: typeof sealingKeys.$inferSelect,
): Promise<boolean> {
  if (known !== null) return known === checkValue(keyring, keyId)
  const samples = [await signingKeySealedWith(db, keyId), await secretSealedWith(db, keyId)]
  return samples.every((sample) => !sample || opens(keyring, sample))
}

/** Of a release that kept no check values. */
async function complete(db: Database, keyring: Keyring, keyId: string): Promise<void> {
  await db
    .update(sealingKeys)
    .set({ checkValue: checkValue(keyring, keyId) })
    .where(eq(sealingKeys.keyId, keyId))
}

type Sample = { readonly sealed: string; readonly context: string }

function opens(keyring: Keyring, { sealed, context }: Sample): boolean {
  try {
    sealer(keyring).open(sealed, context)
    return true
  } catch {
    return false
  }
}

async function signingKeySealedWith(db: Database, keyId: string): Promise<Sample | undefined> {
  const { serverId, kid, privateKey } = signingKeys
  const [row] = await db
    .select({ serverId, kid, sealed: privateKey })
    .from(signingKeys)
    .where(sealedWith(privateKey, keyId))
    .limit(1)
  return row && { sealed: row.sealed, context: signingKeyContext(row.serverId, row.kid) }
}

async function secretSealedWith(db: Database, keyId: string): Promise<Sample | undefined> {
  const { id, clientSecret } = connections
  const [row] = await db
    .select({ id, sealed: clientSecret })
    .from(connections)
    .where(sealedWith(clientSecret, keyId))
    .limit(1)
  return row?.sealed ? { sealed: row.sealed, context: connectionSecretContext(row.id) } : undefined
}

/** Key ids hold no character that means something in a pattern but the underscore, which costs at most a wrong sample. */
const sealedWith = (column: Parameters<typeof like>[0], keyId: string): SQL =>
  like(column, `${keyId.replaceAll('_', '\\_')}.%`)
