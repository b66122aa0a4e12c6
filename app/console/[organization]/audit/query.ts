import type { Chain } from '@/lib/audit/audit-log'

type Query = Readonly<Record<string, string | undefined>>

const FIELDS = ['chain', 'action', 'actor', 'from', 'until'] as const

/** What the address of the audit log asks for. `isWrong`: a time that is none, and does not count. */
export function queryOf(query: Query) {
  const values = Object.fromEntries(
    FIELDS.flatMap((name) => {
      const value = query[name]?.trim().slice(0, 200)
      return value ? [[name, value]] : []
    }),
  ) as Partial<Record<(typeof FIELDS)[number], string>>
  const [from, until, before] = [instant(values.from), instant(values.until), Number(query.before)]
  const chain: Chain = values.chain === 'installation' ? 'installation' : 'organization'
  const filter = {
    ...(values.action && { action: values.action }),
    ...(values.actor && { actor: values.actor }),
    ...(from && { from }),
    ...(until && { until }),
    ...(Number.isSafeInteger(before) && before > 0 && { before }),
  }
  return { chain, filter, values, isWrong: from === null || until === null }
}

/** A day or a minute in UTC; undefined when nothing is given, null when it is no time. */
function instant(value: string | undefined): Date | null | undefined {
  if (!value) return undefined
  const [, day, time = '00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)Z?)?$/.exec(value) ?? []
  const at = new Date(`${day}T${time}Z`)
  return Number.isNaN(at.getTime()) ? null : at
}
