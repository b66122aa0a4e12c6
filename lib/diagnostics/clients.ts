import type { Server } from '@/lib/oauth/model'
import type { Registrations } from '@/lib/oauth/ports/clients'
import { clientIdHost, isLoopbackUrl } from '@/lib/oauth/protocol/client-id-url'
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
    return [ok('document', `${name} is let in by its document at ${host}.`)]
  return [
    problem(
      'document',
      `${name} comes with its document at ${host}, and client_policy of the server does not let it in.`,
      `Add ${host} to client_policy.hosts, if your users may use ${name}.`,
      [name],
    ),
  ]
}

const shutOut = ({ name, document }: KnownClient): Finding =>
  warning(
    'way_in',
    `${name} cannot make itself known: this server takes no registrations${document ? ', and no documents of clients' : ''}.`,
    document
      ? 'Allow registration or client_policy on the server, or enter the client by hand and give its client_id to your users.'
      : 'Allow registration on the server, or enter the client by hand and give its client_id to your users.',
    [name],
  )

function habits(server: Server): readonly Finding[] {
  const { issuer, resource, accessTokenLifetime } = server
  const hosted = KNOWN_CLIENTS.filter((client) => client.hosted).map(({ name }) => name)
  const here = [issuer, resource].some((url) => isLoopbackUrl(new URL(url)))
  return [
    ...(here
      ? [
          warning(
            'hosted',
            'Vestibule or the MCP server is on this machine alone, which clients that run elsewhere cannot reach.',
            'Nothing to do while you try things out; later, public https addresses.',
            hosted,
          ),
        ]
      : []),
    ...(new URL(issuer).pathname === '/'
      ? []
      : [
          warning(
            'issuer_path',
            'The issuer has a path, which some versions of clients leave out when they look for the metadata.',
            'Nothing to do unless users of these clients cannot log in. New servers get an origin of their own by SERVERS_DOMAIN or issuer_host; the issuer of this one never changes.',
            ['Claude', 'VS Code'],
          ),
        ]),
    ...(accessTokenLifetime > VSCODE_REFRESHES_AT
      ? []
      : [
          warning(
            'token_lifetime',
            `Access tokens live for ${accessTokenLifetime} seconds, and VS Code refreshes before every call.`,
            'Set access_token_lifetime of the server to more than 300.',
            ['VS Code'],
          ),
        ]),
  ]
}
