'use server'

import { type ActionResult, consoleAction, text } from '@/app/console/console-action'
import { atFields, requireConfirmation } from '@/app/console/form-values'
import type { OrganizationScope } from '@/lib/access'
import { addClient, changeClient, type MadeSecret, makeClientSecret } from '@/lib/clients/server-clients'
import type { Path } from '@/lib/configuration/mistakes'
import { routes } from '@/lib/routes'
import { clientInForm } from './client-form'

export const addNamedClient = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  return answer(
    scope,
    slug,
    await atFields(() => addClient(scope, slug, clientInForm(form), management), fieldIn(form)),
  )
})

export const saveClient = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  return answer(
    scope,
    slug,
    await atFields(() => changeClient(scope, slug, clientInForm(form), management), fieldIn(form)),
  )
})

export const renewClientSecret = consoleAction('configure', async ({ scope, management }, form) => {
  requireConfirmation(form)
  const secret = await makeClientSecret(scope, text(form, 'server'), text(form, 'client_id'), management)
  return { shown: { secret } }
})

/** Keys by value have a field only where they were there before. */
const fieldIn =
  (form: FormData) =>
  ([field]: Path): string => {
    if (field === 'jwks' && !form.has('jwks')) return 'jwks_uri'
    return field === 'grant_types' ? 'grant_login' : String(field)
  }

/** A secret that was made is shown in the form's place, this once. */
async function answer(
  { organization }: OrganizationScope,
  slug: string,
  made: MadeSecret,
): Promise<ActionResult> {
  if (made.secret !== undefined) return { shown: { secret: made.secret } }
  return { goTo: routes.serverClients(organization, slug, { saved: 1 }) }
}
