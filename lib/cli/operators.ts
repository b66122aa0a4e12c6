import { COMMAND_LINE, PERMISSIONS } from '@/lib/access'
import type { Config } from '@/lib/config'
import { changeOperator, inviteOperator, listOperators, resetOperator } from '@/lib/operators/operators'
import type { Installation } from '@/lib/services/installation'
import { printTable } from './api-print'
import type { Command } from './arguments'

type Context = {
  readonly installation: Installation
  readonly config: Pick<Config, 'publicUrl'>
  out(line: string): void
}

type Managing = Extract<Command, { readonly verb: unknown }>

/** Whoever reaches the database may recover its operators. */
const SCOPE = { organizationId: null, actor: COMMAND_LINE, permissions: PERMISSIONS } as const

const storesOf = ({ installation: { db }, config: { publicUrl } }: Context) => ({ db, publicUrl })

/** Lists the accounts of the console. */
export async function printOperators(context: Context): Promise<number> {
  const shown = (await listOperators(SCOPE, storesOf(context))).map((operator) => ({
    id: operator.id,
    address: operator.email,
    installation: operator.isInstallationOperator ? 'yes' : 'no',
    second_factor: operator.hasTwoFactor ? 'yes' : 'no',
    disabled: operator.disabledAt?.toISOString() ?? 'no',
    organizations: operator.organizations.join(', '),
  }))
  context.out(
    printTable(shown, ['id', 'address', 'installation', 'second_factor', 'disabled', 'organizations']),
  )
  return 0
}

/** Invites, recovers or changes one. */
export async function manageOperator({ verb, who }: Managing, context: Context): Promise<number> {
  const stores = storesOf(context)
  if (verb === 'invite' || verb === 'reset') {
    const made = await (verb === 'invite' ? inviteOperator : resetOperator)(SCOPE, who, stores)
    context.out(made.link)
  } else await changeOperator(SCOPE, who, verb, stores)
  return 0
}
