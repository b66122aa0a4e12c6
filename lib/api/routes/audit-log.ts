import { z } from 'zod'
import type { OrganizationScope } from '@/lib/access'
import { auditExport, auditPage, verifyAuditLog } from '@/lib/audit/audit-page'
import { exportedEntry } from '@/lib/audit/exported-entry'
import type { Management } from '@/lib/management/management'
import { omitNullish } from '@/lib/omit-nullish'
import type { InstallationScope } from '@/lib/organizations/installation-scope'
import { fromCursor, PAGE_QUERY, page, wish } from '../page'
import { type Answer, installationRoute, organizationRoute } from '../routing'
import { component, instant, listOf } from '../schemas'

type Entry = Awaited<ReturnType<typeof auditPage>>[number]

const JSON_LINES = /(^|,)\s*application\/(jsonl|x-ndjson|jsonlines)\s*(;|,|$)/i

const time = (description: string) =>
  z.iso
    .datetime({ offset: true, error: 'must be a time: 2027-01-31T12:00:00Z' })
    .transform((text) => new Date(text))
    .exactOptional()
    .describe(description)

const AUDIT_QUERY = PAGE_QUERY.extend({
  action: wish('How the action begins: `member.`'),
  actor: wish("Part of the actor's name."),
  from: time('Entries of this time and later ones.'),
  until: time('Entries before this time.'),
})

const party = z.object({
  kind: z.string(),
  id: z.string().exactOptional(),
  name: z.string().describe('What stands for it, once it was erased.'),
  salt: z.string().exactOptional().describe('The entry is hashed with a commitment in place of the name.'),
})
const auditEntry = component(
  'AuditEntry',
  z.object({
    sequence: z.int().describe('Counts from 1, without gaps.'),
    at: instant,
    actor: party,
    action: z.string(),
    target: party,
    detail: z.record(z.string(), z.unknown()),
    hash: z.string().describe('SHA-256 over the entry and the hash of the one before it.'),
  }),
)
const auditEntryList = listOf('AuditEntryList', auditEntry)

const verification = component(
  'AuditLogVerification',
  z.object({
    intact: z.boolean().describe('Whether every entry fits the one before it.'),
    broken_at: z.int().exactOptional().describe('The `sequence` of the first entry that does not fit.'),
    last: z
      .object({ sequence: z.int(), at: instant, hash: z.string() })
      .exactOptional()
      .describe('The newest entry. To see later that none was cut off, keep it elsewhere.'),
  }),
)

function show(entry: Entry) {
  const { chain: _, actor, target, ...rest } = exportedEntry(entry)
  return { ...rest, actor: omitNullish(actor), target: omitNullish(target) }
}

async function* shown(entries: AsyncIterable<Entry>) {
  for await (const entry of entries) yield show(entry)
}

type Call = {
  readonly scope: OrganizationScope | InstallationScope
  readonly management: Management
}

async function list({
  scope,
  query,
  management,
  request,
}: Call & { readonly query: z.output<typeof AUDIT_QUERY>; readonly request: Request }): Promise<Answer> {
  const { limit, after: _, ...filter } = query
  if (JSON_LINES.test(request.headers.get('accept') ?? ''))
    return { lines: shown(auditExport(scope, filter, management)) }
  const before = fromCursor(query, z.int().positive())
  const wanted = { ...filter, limit: limit + 1, ...(before !== undefined && { before }) }
  return page(await auditPage(scope, wanted, management), query, ({ sequence }) => sequence, show)
}

async function verify({ scope, management }: Call): Promise<Answer> {
  const { broken, last } = await verifyAuditLog(scope, management)
  return {
    body: omitNullish({
      intact: broken === null,
      broken_at: broken,
      last: last && { sequence: last.sequence, at: last.at.toISOString(), hash: last.hash },
    }),
  }
}

const listing = { method: 'GET', query: AUDIT_QUERY, response: auditEntryList, exports: true } as const
const verifying = { method: 'GET', response: verification } as const

export const auditLogRoutes = [
  organizationRoute({
    ...listing,
    path: '/organizations/{organization}/audit-log',
    operationId: 'listAuditLog',
    summary:
      'Reads the audit log of an organization, the newest entry first; as application/jsonl, all of it',
    permission: 'read',
    handle: list,
  }),
  organizationRoute({
    ...verifying,
    path: '/organizations/{organization}/audit-log/verification',
    operationId: 'verifyAuditLog',
    summary: 'Checks the hashes of the audit log of an organization, from its first entry on',
    permission: 'read',
    handle: verify,
  }),
  installationRoute({
    ...listing,
    path: '/audit-log',
    operationId: 'listInstallationAuditLog',
    summary: 'Reads the audit log of the installation, as that of an organization',
    permission: 'own',
    handle: list,
  }),
  installationRoute({
    ...verifying,
    path: '/audit-log/verification',
    operationId: 'verifyInstallationAuditLog',
    summary: 'Checks the hashes of the audit log of the installation',
    permission: 'own',
    handle: verify,
  }),
]
