import { z } from 'zod'
import { auditExport, auditPage } from '@/lib/audit/audit-page'
import { exportedEntry } from '@/lib/audit/exported-entry'
import { fromCursor, PAGE_QUERY, page } from '../page'
import { organizationRoute } from '../routing'
import { auditEntryList } from '../schemas'

type Entry = Awaited<ReturnType<typeof auditPage>>[number]

const JSON_LINES = /(^|,)\s*application\/(jsonl|x-ndjson|jsonlines)\s*(;|,|$)/i

function show(entry: Entry) {
  const { sequence, actorKind, actorId, actorName, action, targetKind, targetId, targetName } = entry
  return {
    sequence,
    at: exportedEntry(entry).at,
    actor: { kind: actorKind, ...(actorId !== undefined && { id: actorId }), name: actorName },
    action,
    target: { kind: targetKind, ...(targetId !== undefined && { id: targetId }), name: targetName },
    detail: entry.detail,
    hash: entry.hash,
  }
}

async function* shown(entries: AsyncIterable<Entry>) {
  for await (const entry of entries) yield show(entry)
}

export const auditLogRoutes = [
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/audit-log',
    operationId: 'listAuditLog',
    summary:
      'Reads the audit log of an organization, the newest entry first; as application/jsonl, all of it',
    permission: 'read',
    query: PAGE_QUERY,
    response: auditEntryList,
    exports: true,
    async handle({ scope, query, management, request }) {
      if (JSON_LINES.test(request.headers.get('accept') ?? ''))
        return { lines: shown(auditExport(scope, management)) }
      const before = fromCursor(query, z.int().positive())
      const wanted = { limit: query.limit + 1, ...(before !== undefined && { before }) }
      return page(await auditPage(scope, wanted, management), query, ({ sequence }) => sequence, show)
    },
  }),
]
