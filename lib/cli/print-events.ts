import type { StoredSecurityEvent } from '@/lib/store/audit/security-events'
import { printable } from './printable'

/** The audit trail for people to read, one line each, the newest last, as in a log. */
export function printEvents(newestFirst: readonly StoredSecurityEvent[]): string {
  if (newestFirst.length === 0) return 'nothing has happened yet'
  return newestFirst.map(lineOf).reverse().join('\n')
}

function lineOf({ at, kind, grantId, userId, clientId, detail }: StoredSecurityEvent): string {
  const names = { user: userId, client: clientId, grant: grantId }
  const named = Object.entries(names).flatMap(([name, value]) =>
    value ? [`${name}=${printable(value)}`] : [],
  )
  return [at.toISOString(), kind.padEnd(26), ...named, ...(detail ? [printable(detail)] : [])].join('  ')
}
