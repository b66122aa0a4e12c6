'use server'

import { consoleAction, text } from '@/app/console/console-action'
import { pageLanguage } from '@/app/page-language'
import { examine, reportOf, sayExamination } from '@/lib/diagnostics/examination'

/** Examines the server, and shows what was found in the form's place. */
export const examineServer = consoleAction('configure', async ({ scope, management }, form) => {
  const examination = await examine(scope, text(form, 'server'), management)
  const report = reportOf(sayExamination(examination, await pageLanguage()))
  return { shown: { report: JSON.stringify(report) } }
})
