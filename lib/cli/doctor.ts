import { PERMISSIONS } from '@/lib/access'
import type { Config } from '@/lib/config'
import { examine, sayExamination } from '@/lib/diagnostics/examination'
import type { Installation } from '@/lib/services/installation'
import { registrationStore } from '@/lib/store/oauth/clients-registered'
import { findServerOwner } from '@/lib/store/oauth/servers'
import { printExamination } from './print-examination'

type Context = { readonly config: Config; readonly installation: Installation; out(line: string): void }

/** There is a problem. */
const PROBLEM = 1

/** Examines one server, over HTTP as its clients do: Vestibule has to run. */
export async function consultDoctor(
  { server, json }: { readonly server: string; readonly json: boolean },
  { config, installation: { db, sealer }, out }: Context,
): Promise<number> {
  const owner = await findServerOwner(db, server)
  if (!owner) throw new Error(`there is no server with the slug ${server}`)
  const scope = {
    ...owner,
    actor: { kind: 'command_line', name: 'command line' },
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
