import { COMMAND_LINE } from '@/lib/access'
import { sealingCodecs } from '@/lib/accounts/sealing-codecs'
import { installationEntry } from '@/lib/audit/audit'
import { appendToAuditLog, auditLogStore } from '@/lib/store/audit/audit-log'
import { keyNeeds, type Need, reseal } from '@/lib/store/database/reseal'
import { sealedColumnStore } from '@/lib/store/database/sealed-columns'
import type { Context } from './surroundings'

/** Shows what each key of the installation is still needed for. */
export async function listSealingKeys({ installation, out }: Context): Promise<number> {
  const { db, keyring } = installation
  const needs = await keyNeeds(db, sealingCodecs(keyring), keyring.ids)
  for (const [key, found] of needs) {
    const state = key === keyring.currentId ? 'seals' : keyring.has(key) ? 'opens' : 'missing'
    out(`${key}  ${state}  ${found.length > 0 ? found.map(described).join(', ') : 'needed for nothing'}`)
  }
  return 0
}

/** Seals everything with the current key; 1 when something does not open. */
export async function resealAll({ installation, out, err }: Context): Promise<number> {
  const { db, keyring } = installation
  // Before the first of many transactions.
  await auditLogStore(db).append([entry(installation, 'keys.resealed', keyring.currentId)])
  const { count, failed } = await reseal(db, sealingCodecs(keyring), keyring.ids)
  out(`${count} values sealed with the key ${keyring.currentId}`)
  if (failed === 0) return 0
  err(`${failed} values do not open with any of VESTIBULE_KEYS, and stay as they are`)
  return 1
}

/** Forgets a key that nothing needs. */
export async function retireKey({ installation, out }: Context, keyId: string): Promise<number> {
  const { db, keyring } = installation
  if (keyId === keyring.currentId)
    throw new Error(`${keyId} is the first of VESTIBULE_KEYS, which seals: put another in front`)
  const store = sealedColumnStore(db)
  if (!(await store.keyIds()).includes(keyId)) throw new Error(`the database knows no key ${keyId}`)
  const needs = (await keyNeeds(db, sealingCodecs(keyring), keyring.ids)).get(keyId) ?? []
  if (needs.length > 0)
    throw new Error(`${keyId} is still needed for ${needs.map(described).join(', ')}: keys reseal, or wait`)
  await store.forget(keyId, (tx) => appendToAuditLog(tx, [entry(installation, 'keys.retired', keyId)]))
  out(`${keyId} is needed no more: take it out of VESTIBULE_KEYS`)
  return 0
}

const described = ({ what, count, until }: Need) =>
  `${count} ${what}${until === undefined ? '' : ` until ${until}`}`

const entry = ({ db }: Context['installation'], action: 'keys.resealed' | 'keys.retired', key: string) =>
  installationEntry(COMMAND_LINE, db.clock.now(), { action, targetKind: 'key', targetName: key })
