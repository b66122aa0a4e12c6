import type { CertificateEnds } from '@/lib/http/fetch/certificate-ends'
import type { Server } from '@/lib/oauth/model'
import type { Registrations } from '@/lib/oauth/ports/clients'
import type { ConnectionConfig } from '@/lib/upstream/connection-config'
import { type ConnectionFetch, upstreamHttp } from '@/lib/upstream/upstream-http'
import { examineAuthorizationServer } from './authorization-server'
import { examineClients } from './clients'
import { examineConnection } from './connection'
import { type Finding, findingsOf, type Group } from './finding'
import { examineMcpServer } from './mcp-server'
import { examineSamlConnection } from './saml-connection'
import { limitedWeb } from './web'

/** Milliseconds for one request to an identity provider. */
const REQUEST_TIMEOUT = 5_000

/** Milliseconds for an examination: an operator is waiting. */
const DEADLINE = 45_000

export type ExaminedServer = {
  readonly server: Server
  /** Absent where users log in with accounts of our own. */
  readonly connection?: ConnectionConfig
  /** What reads the certificates of the connection's hosts. */
  readonly certificateEnds: CertificateEnds
  /** Our callback for the connection. */
  readonly callbackUrl: string
  readonly registrations: Pick<Registrations, 'delete'>
  readonly clock: () => Date
  /** Plain http and this machine are allowed: only where we are on loopback ourselves. */
  readonly allowLoopback: boolean
  /** What asks the identity provider, where that is not `fetch`. */
  readonly way?: ConnectionFetch | undefined
  /** What leads to everything else. */
  readonly proxy?: Parameters<typeof limitedWeb>[0]['proxy']
}

/**
 * Looks at a server as its clients see it, from outside: the MCP server, ourselves, the well-known clients' way in, and
 * the identity provider. Leaves nothing behind: no registration, no token, and no login in the timelines.
 */
export async function examineServer(examined: ExaminedServer): Promise<readonly Finding[]> {
  const { server, clock, allowLoopback, proxy } = examined
  const deadline = AbortSignal.timeout(DEADLINE)
  const web = limitedWeb({ allowLoopback, proxy }, deadline)
  const groups = await Promise.all([
    inTime('mcp_server', deadline, examineMcpServer(server, web, clock())),
    inTime('authorization_server', deadline, examineAuthorizationServer(server, web, clock())),
    // Waited for, whatever it takes: registrations are taken back.
    examineClients(server, web, examined.registrations, clock()),
    inTime('connection', deadline, connectionFindings(examined)),
  ])
  return groups.flat()
}

async function connectionFindings({
  connection,
  certificateEnds,
  server,
  callbackUrl,
  clock,
  allowLoopback,
  way,
}: ExaminedServer): Promise<readonly Finding[]> {
  if (!connection) return []
  const http = upstreamHttp({ allowLoopback, timeout: REQUEST_TIMEOUT, way })
  const asked = { server, context: { http, callbackUrl, clock } }
  return connection.type === 'saml'
    ? examineSamlConnection(connection, asked.context)
    : examineConnection({ connection, certificateEnds, ...asked })
}

/** What takes too long is a finding of its own. */
function inTime(
  group: Group,
  deadline: AbortSignal,
  work: Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  return new Promise((resolve, reject) => {
    deadline.addEventListener('abort', () => resolve([findingsOf(group).problem('time', 'time')]))
    work.then(resolve, reject)
  })
}
