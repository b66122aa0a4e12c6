import { COMMAND_LINE, PERMISSIONS } from '@/lib/access'
import { examine, sayExamination } from '@/lib/diagnostics/examination'
import { registrationStore } from '@/lib/store/oauth/clients-registered'
import { findServerOwner } from '@/lib/store/oauth/servers'
import { printExamination } from './print-examination'
import type { Context } from './surroundings'

/** There is a problem. */
const PROBLEM = 1

/** Examines one server, over HTTP as its clients do: Vestibule has to run. */
export async function consultDoctor(
  { config, installation: { db, sealer }, out }: Context,
  server: string,
  { json }: { readonly json?: boolean },
): Promise<number> {
  const owner = await findServerOwner(db, server)
  if (!owner) throw new Error(`there is no server with the slug ${server}`)
  const scope = {
    ...owner,
    actor: COMMAND_LINE,
    permissions: PERMISSIONS,
    isInstallationOperator: true,
  } as const
  const ports = { registrations: registrationStore(db), clock: db.clock.now }
  const { publicUrl } = config
  const found = await examine(scope, server, { publicUrl, config, db, sealer, ports })
  const examination = sayExamination(found, 'en')
  out(json ? JSON.stringify(examination, null, 2) : printExamination(examination))
  return examination.verdict === 'problem' ? PROBLEM : 0
}
