import { COMMAND_LINE, PERMISSIONS } from '@/lib/access'
import { changeOperator, inviteOperator, listOperators, resetOperator } from '@/lib/operators/operators'
import { printTable } from './api-print'
import type { Context } from './surroundings'

/** What can be done to an account, by its address or id. */
export const OPERATOR_VERBS = [
  {
    verb: 'invite',
    description: 'makes a link with which somebody becomes an operator of the installation, for a day',
  },
  {
    verb: 'reset',
    description:
      'makes a link that replaces password, second factor and passkeys, signs the account out, and enables it',
  },
  { verb: 'promote', description: 'lets an account run the installation' },
  {
    verb: 'demote',
    description:
      'lets an account no longer run the installation; what it made and may not have any more ends',
  },
  { verb: 'disable', description: 'lets an account sign in no more; what it made ends' },
] as const
type Verb = (typeof OPERATOR_VERBS)[number]['verb']

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
export async function manageOperator(context: Context, verb: Verb, who: string): Promise<number> {
  const stores = storesOf(context)
  if (verb === 'invite' || verb === 'reset') {
    const made = await (verb === 'invite' ? inviteOperator : resetOperator)(SCOPE, who, stores)
    context.out(made.link)
  } else await changeOperator(SCOPE, who, verb, stores)
  return 0
}
