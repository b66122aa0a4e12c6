'use server'

import { createOrganization } from '@/lib/organizations/create-organization'
import { routes } from '@/lib/routes'
import { accounts, management } from '@/lib/services/services'
import { publicAction, Refusal, text } from '../console-action'
import { newCredentials } from '../credentials'
import { requireFilled } from '../form-values'
import { openFirstSession } from '../open-session'

/** Creates the first operator and their first organization, and signs them in. */
export const setUp = publicAction(async (form) => {
  requireFilled(form, ['email', 'password', 'name'])
  const credentials = await newCredentials(form)
  const services = await management()
  const operators = await accounts()
  const name = text(form, 'name')
  const actor = { kind: 'operator', name: credentials.email } as const
  const slug = await operators.setUp(
    text(form, 'token'),
    { ...credentials, name: credentials.email.split('@')[0] ?? '' },
    () => createOrganization(actor, { name }, services),
  )
  if (slug === undefined) throw new Refusal('setup.closed')
  return openFirstSession(credentials, routes.organization(slug))
})
