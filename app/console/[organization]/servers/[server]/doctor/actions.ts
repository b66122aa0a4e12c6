'use server'

import { consoleAction, text } from '@/app/console/console-action'
import { language } from '@/app/console/console-page'
import { examine, reportOf } from '@/lib/diagnostics/examination'
import { inOwnWords } from '@/lib/messages/doctor-remedy'

/** Examines the server, and shows what was found in the form's place. */
export const examineServer = consoleAction('configure', async ({ scope, management }, form) => {
  const examination = await examine(scope, text(form, 'server'), management)
  const spoken = await language()
  const { groups, ...report } = reportOf(examination)
  const translated = groups.map(({ group, findings }) => ({
    group,
    findings: findings.map(({ remedy, ...finding }) => ({
      ...finding,
      ...inOwnWords({ check: finding.check, ...(remedy !== undefined && { remedy }) }, spoken),
    })),
  }))
  return { shown: { report: JSON.stringify({ ...report, groups: translated }) } }
})
