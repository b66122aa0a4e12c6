import { text } from '@/app/console/console-action'
import { number } from '@/app/console/form-values'
import type { RetentionInput } from '@/lib/organizations/retention'

const FIELDS = ['logins', 'audit_log', 'ended_grants'] as const

/** Days; what is empty is kept as everywhere. */
export function retentionInForm(form: FormData): RetentionInput {
  const given = FIELDS.filter((name) => text(form, name) !== '').map((name) => [name, number(form, name)])
  return Object.fromEntries(given)
}
