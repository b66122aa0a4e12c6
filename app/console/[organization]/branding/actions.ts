'use server'

import { brandInput } from '@/app/console/brand-input'
import { consoleAction } from '@/app/console/console-action'
import { routes } from '@/lib/routes'
import { saveBranding } from '@/lib/servers/branding'

export const saveOrganizationBrand = consoleAction('configure', async ({ scope, management }, form) => {
  const input = await brandInput(form)
  await saveBranding(scope, undefined, input, management)
  return { goTo: routes.branding(scope.organization, { saved: 1 }) }
})
