import { z } from 'zod'
import { exportChain } from '@/lib/audit/audit-log'
import { type Finding, findCheckpoints, verifyExport } from '@/lib/audit/verify-export'
import { type CheckpointKey, checkpointKeys } from '@/lib/crypto/audit-chain'
import { organizationStore } from '@/lib/store/read/organizations'
import { readText } from './configuration'
import type { Context, Surroundings } from './surroundings'

const keySet = z.object({
  keys: z.array(
    z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), kid: z.string() }),
  ),
})

const PROBLEMS: Readonly<Record<Finding['problem'], (at: number) => string>> = {
  unreadable_line: (at) => `line ${at} is no entry`,
  several_chains: () => 'the entries belong to several logs: verify each by itself',
  no_entries: () => 'there are no entries',
  unsigned: () => 'no checkpoint signs any of it',
  gap: (at) => `entries are missing before ${at}`,
  changed: (at) => `entry ${at} was changed, or what stood before it`,
  erased: (at) => `a name was erased from entry ${at}, and no entry records that`,
  bad_signature: (at) => `the checkpoint of entry ${at} is not signed by any of the keys`,
  rebuilt: (at) => `entry ${at} is not the one that its checkpoint signed: the log was written anew`,
  cut: (at) => `the log ends before entry ${at}, which a checkpoint signed`,
}

/** Writes the public keys that verify checkpoints, as a JSON Web Key Set. */
export async function showAuditKeys({ installation, out }: Context): Promise<number> {
  out(JSON.stringify({ keys: checkpointKeys(installation.keyring) }, null, 2))
  return 0
}

/**
 * Writes a whole log as lines of JSON; its organization may be deleted.
 *
 * @param name a slug, the id of an organization, or `installation`
 */
export async function exportAudit(
  { installation: { db }, out, err }: Context,
  name: string,
): Promise<number> {
  const organization = await organizationStore(db).find(name)
  let isEmpty = true
  for await (const lines of exportChain(db, organization?.id ?? name)) {
    isEmpty = false
    out(lines.trimEnd())
  }
  if (isEmpty) err(`There is no audit log of ${name}.`)
  return isEmpty ? 1 : 0
}

/** Verifies an exported log without database and keys; 1 when anything is wrong with it. */
export async function verifyAudit(
  file: string,
  { keys, checkpoints = [] }: { readonly keys: string; readonly checkpoints?: readonly string[] },
  surroundings: Surroundings,
): Promise<number> {
  const witnesses = checkpoints.flatMap((name) => findCheckpoints(readText(name, surroundings).text))
  const found = verifyExport(readText(file, surroundings).text, readKeys(keys, surroundings), witnesses)
  const { out } = surroundings
  for (const { problem, sequence } of found.findings) out(PROBLEMS[problem](sequence))
  const { entries, last, signedUntil } = found
  if (last) out(`${entries} entries, the last ${last.sequence} ${last.hash}, signed up to ${signedUntil}`)
  return found.findings.length > 0 ? 1 : 0
}

function readKeys(file: string, surroundings: Surroundings): readonly CheckpointKey[] {
  const { data } = keySet.safeParse(JSON.parse(readText(file, surroundings).text))
  if (!data) throw new Error(`${file} is no set of keys: it is what \`audit keys\` writes`)
  return data.keys
}
