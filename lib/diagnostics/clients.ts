import type { Server } from '@/lib/oauth/model'
import type { Registrations } from '@/lib/oauth/ports/clients'
import { clientIdHost } from '@/lib/oauth/protocol/client-id-url'
import { isLoopbackUrl } from '@/lib/oauth/protocol/parse-url'
import { type Finding, findingsOf } from './finding'
import { KNOWN_CLIENTS, type KnownClient } from './known-clients'
import { playRegistration } from './registration'
import type { Web } from './web'

const { ok, warning, problem } = findingsOf('clients')

/** Seconds: VS Code refreshes an access token whenever it lives for less than this. */
const VSCODE_REFRESHES_AT = 300

/** What each of the well-known clients stumbles over when it makes itself known here, and later. */
export async function examineClients(
  server: Server,
  web: Web,
  registrations: Pick<Registrations, 'delete'>,
  now: Date,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const client of KNOWN_CLIENTS) {
    const byDocument = documentFindings(client, server)
    // One after the other: it is our own server that is asked.
    const byRegistration =
      server.registration === 'off' ? [] : await playRegistration(client, server, web, registrations, now)
    const ways = [...byDocument, ...byRegistration]
    findings.push(...(ways.length > 0 ? ways : [shutOut(client)]))
  }
  return [...findings, ...habits(server)]
}

/** A well-known client's document need not be fetched: a copy of it is at hand. */
function documentFindings({ name, document }: KnownClient, { clientPolicy }: Server): readonly Finding[] {
  if (document === undefined || clientPolicy === 'off') return []
  const host = clientIdHost(document)
  if (clientPolicy === 'any' || clientPolicy.hosts.includes(host))
    return [ok('document', 'client.document', { name, host })]
  return [problem('document', 'client.document_refused', { name, host }, [name])]
}

const shutOut = ({ name, document }: KnownClient): Finding =>
  warning('way_in', document ? 'client.shut_out_with_document' : 'client.shut_out', { name }, [name])

function habits(server: Server): readonly Finding[] {
  const { issuer, resource, accessTokenLifetime } = server
  const hosted = KNOWN_CLIENTS.filter((client) => client.hosted).map(({ name }) => name)
  const here = [issuer, resource].some((url) => isLoopbackUrl(new URL(url)))
  return [
    ...(here ? [warning('hosted', 'client.local', {}, hosted)] : []),
    ...(new URL(issuer).pathname === '/'
      ? []
      : [warning('issuer_path', 'client.issuer_path', {}, ['Claude', 'VS Code'])]),
    ...(accessTokenLifetime > VSCODE_REFRESHES_AT
      ? []
      : [warning('token_lifetime', 'client.token_lifetime', { seconds: accessTokenLifetime }, ['VS Code'])]),
  ]
}
