import { redirect } from 'next/navigation'
import { routes } from '@/lib/routes'
import { accounts } from '@/lib/services/services'
import { signedIn } from './console-page'

/** Leads to the one organization that there is, or to all of them. */
export default async function ConsoleHome() {
  const operator = await signedIn()
  const { rows } = await (await accounts()).organizations(operator, undefined, 2)
  const [only, another] = rows
  redirect(only && !another ? routes.organization(only.slug) : routes.organizations())
}
