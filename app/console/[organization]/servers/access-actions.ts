'use server'

import { accessFrom } from '@/app/console/access-values'
import { consoleAction, text } from '@/app/console/console-action'
import { isChecked } from '@/app/console/form-values'
import { pageLanguage } from '@/app/page-language'
import { routes } from '@/lib/routes'
import { refuseLockOut, tryAccess } from '@/lib/servers/access-trial'
import { sayTrial } from '@/lib/servers/say-trial'
import { updateServer } from '@/lib/servers/servers'

/** Saves who may use a server, or says what that would do. */
export const saveAccess = consoleAction('configure', async ({ scope, management }, form) => {
  const slug = text(form, 'server')
  const access = accessFrom(form)
  if (form.has('try')) {
    const trial = await tryAccess(scope, slug, { rules: { access } }, management)
    const typed = [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    return {
      shown: { trial: sayTrial(trial, await pageLanguage()).join('\n') },
      values: Object.fromEntries(typed.filter(([name]) => !name.startsWith('$'))),
    }
  }
  await refuseLockOut(scope, slug, { access }, isChecked(form, 'access'), management)
  await updateServer(scope, slug, { access }, management)
  return { goTo: routes.serverAccess(scope.organization, slug, { saved: 1 }) }
})
