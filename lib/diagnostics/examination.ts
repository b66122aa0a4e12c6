import { NotFound, type OrganizationScope, requirePermission } from '@/lib/access'
import { certificateEndsFor, fetchFor } from '@/lib/connections/internal-hosts'
import type { Management } from '@/lib/management/management'
import type { Language } from '@/lib/messages/catalogue'
import type { Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import { callbackUrl } from '@/lib/oauth/protocol/urls'
import { processOnce } from '@/lib/process-once'
import { connectionConfigs } from '@/lib/store/oauth/connections'
import { findServerBySlug, serverStore } from '@/lib/store/oauth/servers'
import { recentRemarks } from '@/lib/store/read/recent-remarks'
import { examineServer } from './examine'
import { lastLoginFinding, remarkFinding } from './failure-finding'
import { type Finding, GROUPS, type Group, type Verdict } from './finding'
import { examineMcpServer } from './mcp-server'
import { type SaidFinding, sayFindings } from './said-finding'
import { type StepsDone, stepsIn } from './steps'
import { limitedWeb } from './web'

/** What the doctor found at one server, without words: `lib/messages/findings` has them. */
export type Examination = {
  /** Slug. */
  readonly server: string
  readonly issuer: string
  readonly resource: string
  readonly at: string
  /** The worst of all findings. */
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
}

/** What an examination needs of the installation. */
export type DoctorServices = Pick<Management, 'publicUrl' | 'config' | 'db' | 'sealer'> & {
  readonly ports: Pick<Ports, 'registrations' | 'clock'>
}

/**
 * Examines one server: plays the well-known clients against it, reads the MCP server's refusal and metadata, and asks
 * the identity provider what can be asked without a user. Callers who want the same at the same time share one
 * examination.
 *
 * @param slug of the server
 * @throws Forbidden, NotFound
 * @throws StoreUnavailable when the database cannot be reached
 */
export async function examine(
  scope: OrganizationScope,
  slug: string,
  services: DoctorServices,
): Promise<Examination> {
  const server = await requireServer(scope, slug, services)
  const running = processOnce('examinations', () => new Map<string, Promise<Examination>>())
  const already = running.get(server.id)
  if (already) return already
  const started = attend(server, services).finally(() => running.delete(server.id))
  running.set(server.id, started)
  return started
}

/** Milliseconds for a look at the steps, and for which it counts: any number of open pages ask that often. */
const LOOK_DEADLINE = 8_000
const LOOK_KEPT = 4_000

/**
 * Which steps of protecting a server are done: looks at the MCP server as a client without a token does, and with a
 * made-up one.
 *
 * @param slug of the server
 * @throws Forbidden, NotFound
 */
export async function stepsDone(
  scope: OrganizationScope,
  slug: string,
  services: DoctorServices,
): Promise<StepsDone> {
  const server = await requireServer(scope, slug, services)
  const looks = processOnce('next steps', () => new Map<string, Promise<StepsDone>>())
  const recent = looks.get(server.id)
  if (recent) return recent
  const { config, ports } = services
  const policy = { allowLoopback: config.loopback, proxy: config.outgoingProxy }
  const web = limitedWeb(policy, AbortSignal.timeout(LOOK_DEADLINE))
  const look = examineMcpServer(server, web, ports.clock()).then(stepsIn)
  looks.set(server.id, look)
  const forget = () => setTimeout(() => looks.delete(server.id), LOOK_KEPT).unref()
  look.then(forget, forget)
  return look
}

/**
 * Finds the server to examine.
 *
 * @throws Forbidden, NotFound
 */
export async function requireServer(
  scope: OrganizationScope,
  slug: string,
  { db }: Pick<DoctorServices, 'db'>,
): Promise<Server> {
  requirePermission(scope, 'configure')
  const found = await findServerBySlug(db, slug)
  const server = found && (await serverStore(db).find(found.id))
  if (server?.organizationId !== scope.organizationId) throw new NotFound('server')
  return server
}

/** What cannot be asked without a user. */
const SEEN_BY_LOGINS = {
  remarks: ['upstream_no_refresh_token', 'claims_cut'],
  failures: [
    'upstream_nonce_missing',
    'upstream_nonce_mismatch',
    'upstream_extra_audience',
    'upstream_audience_mismatch',
    'upstream_issuer_mismatch',
    'upstream_signature_invalid',
    'upstream_identity_missing',
    'upstream_response_invalid',
    'upstream_token_expired',
    'upstream_assertion_unasked',
    'upstream_assertion_audience',
    'upstream_assertion_signature',
    'upstream_assertion_expired',
  ],
} as const

async function attend(server: Server, services: DoctorServices): Promise<Examination> {
  const { db, sealer, publicUrl, config, ports } = services
  const connection = await connectionConfigs(db, sealer).find(server.connectionId)
  const at = ports.clock().toISOString()
  const { remarks, failure } = await recentRemarks(db, server.id, SEEN_BY_LOGINS)
  const asked = await examineServer({
    server,
    ...(connection && { connection }),
    callbackUrl: callbackUrl(publicUrl, server.connectionId),
    registrations: ports.registrations,
    clock: ports.clock,
    allowLoopback: config.loopback,
    proxy: config.outgoingProxy,
    way: connection ? fetchFor(config)(connection) : undefined,
    certificateEnds: certificateEndsFor(config)(connection ?? { organizationId: server.organizationId }),
  })
  const isNew = failure && !asked.some(({ check }) => check === failure.reason)
  const seen = [...remarks.map(remarkFinding), ...(isNew ? [lastLoginFinding(failure)] : [])]
  const findings = [...asked, ...seen]
  const { slug, issuer, resource } = server
  return { server: slug, issuer, resource, at, verdict: worst(findings), findings }
}

function worst(findings: readonly Finding[]): Verdict {
  const has = (verdict: Verdict) => findings.some((finding) => finding.verdict === verdict)
  return has('problem') ? 'problem' : has('warning') ? 'warning' : 'ok'
}

/** What is wrong comes first. */
const VERDICTS: readonly Verdict[] = ['problem', 'warning', 'ok']

export type SaidExamination = Omit<Examination, 'findings'> & { readonly findings: readonly SaidFinding[] }

/** An examination in words, ready for JSON. */
export function sayExamination(examination: Examination, language: Language): SaidExamination {
  return { ...examination, findings: sayFindings(examination.findings, language) }
}

/** An examination as it is shown: its findings in groups, the worst first. */
export type ExaminationReport = Pick<Examination, 'verdict' | 'at'> & {
  readonly groups: readonly { readonly group: Group; readonly findings: readonly SaidFinding[] }[]
}

export function reportOf({ verdict, at, findings }: SaidExamination): ExaminationReport {
  const groups = GROUPS.map((group) => ({
    group,
    findings: VERDICTS.flatMap((verdict) =>
      findings.filter((finding) => finding.group === group && finding.verdict === verdict),
    ),
  })).filter((entry) => entry.findings.length > 0)
  return { verdict, at, groups }
}
