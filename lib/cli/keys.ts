import { COMMAND_LINE } from '@/lib/access'
import { scheduleKeys } from '@/lib/crypto/key-schedule'
import { rotateKey } from '@/lib/crypto/rotate-key'
import { findServerBySlug } from '@/lib/store/oauth/servers'
import { signingKeyStore } from '@/lib/store/oauth/signing-keys'
import { printKeys } from './print-keys'
import type { Context } from './surroundings'

const BY = { actorKind: COMMAND_LINE.kind, actorName: COMMAND_LINE.name }

const EMERGENCY = `The new key signs from now on. The other keys leave the key set within a minute, and with them all
access tokens that they signed become useless: clients refresh, and nobody has to log in again.
For up to five minutes more, verifiers that keep a copy of the key set may accept tokens that were
forged with an old key, and refuse good ones.`

/** Shows a server's signing keys. */
export async function listKeys({ installation, out }: Context, slug: string): Promise<number> {
  const { keys, server } = await open(slug, installation)
  out(printKeys(scheduleKeys(await keys.list(server.id), installation.db.clock.now())))
  return 0
}

/** Gives a server a new signing key. */
export async function rotateKeys(
  { installation, out }: Context,
  slug: string,
  { now: emergency = false }: { readonly now?: boolean },
): Promise<number> {
  const { keys, server } = await open(slug, installation)
  const rotation = await rotateKey(keys, server.id, installation.db.clock.now(), { emergency })
  if (rotation.outcome === 'under_way') out('a new key is on its way already: nothing to do\n')
  out(printKeys(rotation.keys))
  if (emergency) out(`\n${EMERGENCY}`)
  return 0
}

async function open(slug: string, { db, sealer }: Context['installation']) {
  const server = await findServerBySlug(db, slug)
  if (!server) throw new Error(`there is no server with the slug ${slug}`)
  return { server, keys: signingKeyStore(db, sealer, BY) }
}
