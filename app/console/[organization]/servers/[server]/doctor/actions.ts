'use server'

import { consoleAction, text } from '@/app/console/console-action'
import { examine, reportOf } from '@/lib/management/doctor'

/** Examines the server, and shows what was found in the form's place. */
export const examineServer = consoleAction('configure', async ({ scope, management }, form) => {
  const examination = await examine(scope, text(form, 'server'), management)
  return { shown: { report: JSON.stringify(reportOf(examination)) } }
})
