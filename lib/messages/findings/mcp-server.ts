import { catalogue } from '../catalogue'

const GUIDE = 'docs/for-mcp-servers.md has an example.'
const CHALLENGE = `Send WWW-Authenticate: Bearer resource_metadata="https://…/.well-known/oauth-protected-resource/…" with every 401. ${GUIDE}`
const DOCUMENT = `Serve the document of RFC 9728 there: {"resource": "…", "authorization_servers": ["…"]}. ${GUIDE}`
const RESOURCE =
  'Have the metadata say "resource": "{resource}", or configure as resource what your users enter.'
const SERVERS = 'Have the metadata say "authorization_servers": ["{issuer}"], to the letter.'

const GUIDE_DE = 'Ein Beispiel steht in docs/for-mcp-servers.md.'
const CHALLENGE_DE = `Senden Sie WWW-Authenticate: Bearer resource_metadata="https://…/.well-known/oauth-protected-resource/…" mit jeder 401. ${GUIDE_DE}`
const DOCUMENT_DE = `Liefern Sie dort das Dokument von RFC 9728 aus: {"resource": "…", "authorization_servers": ["…"]}. ${GUIDE_DE}`
const RESOURCE_DE =
  'Die Metadaten müssen "resource": "{resource}" sagen; oder konfigurieren Sie als resource, was Ihre Benutzer eingeben.'
const SERVERS_DE = 'Die Metadaten müssen buchstäblich "authorization_servers": ["{issuer}"] sagen.'

/** What the doctor finds at the MCP server, by code; what to do about it under the code with `.do`. */
export const messages = catalogue(
  {
    'mcp.unreachable': 'The MCP server at {resource} cannot be reached: {problem}.',
    'mcp.unreachable.do':
      'Check its address, that it runs, and its certificate. Hosted clients (Claude, ChatGPT) reach nothing but public addresses with certificates that everyone trusts.',
    'mcp.refuses': 'Without a token the MCP server at {resource} answered {status}, as it should.',
    'mcp.open': 'Without a token the MCP server at {resource} answered {status}: it lets everyone in.',
    'mcp.open.do': `Have it answer 401 to every request without a good access token, before it looks at anything else. ${GUIDE}`,
    'mcp.refuses_token': 'With a made-up token the MCP server answered {status}, as it should.',
    'mcp.takes_any_token':
      'With a made-up token the MCP server at {resource} answered {status}: it lets in everyone who sends any token.',
    'mcp.takes_any_token.do': `Have it verify the access token: signature, issuer, audience and expiry. ${GUIDE}`,
    'mcp.redirects':
      'Without a token the MCP server at {resource} answered {status} and sends clients to {location}, where they do not follow.',
    'mcp.redirects.do':
      'Configure the final address as resource of the server, and give that one to your users.',
    'mcp.absent': 'Without a token the MCP server at {resource} answered {status}: no MCP server is there.',
    'mcp.absent.do': 'Compare the path of resource with that of the MCP endpoint: a slash at the end counts.',
    'mcp.down': 'Without a token the MCP server at {resource} answered {status}: it is down, or broken.',
    'mcp.down.do': 'Look at its log.',
    'mcp.refuses_otherwise':
      'Without a token the MCP server at {resource} answered {status}. Clients begin to sign in at a 401, and at nothing else.',
    'mcp.refuses_otherwise.do': `Have it look for the access token first, and answer 401 where there is none. ${GUIDE}`,
    'mcp.challenge': 'The 401 says where the metadata of the MCP server lies.',
    'mcp.challenge_missing': 'The 401 has no WWW-Authenticate: Bearer. {consequence}',
    'mcp.challenge_missing.do': CHALLENGE,
    'mcp.challenge_incomplete': 'The WWW-Authenticate of the 401 has no resource_metadata. {consequence}',
    'mcp.challenge_incomplete.do': CHALLENGE,
    'mcp.challenge_malformed': 'The resource_metadata of the 401 is no address but {found}.',
    'mcp.challenge_malformed.do': CHALLENGE,
    'mcp.certificate': 'Of the MCP server: {soon}.',
    'mcp.certificate.do': 'Renew it.',
    'mcp.clock':
      'The clock of the MCP server is {skew} of ours, by its Date header: it refuses good access tokens, or accepts expired ones.',
    'mcp.clock.do': 'Set both clocks by NTP.',
    'mcp.metadata_unusable': 'The resource_metadata of the 401, {url}, {how}.',
    'mcp.metadata_unusable.do': DOCUMENT,
    'mcp.metadata_missing':
      'There is no metadata of the MCP server (RFC 9728), at the well-known address neither: no client learns that it signs in here.',
    'mcp.metadata_missing.do': DOCUMENT,
    'mcp.resource': 'The metadata names the MCP server exactly as it is configured here.',
    'mcp.resource_missing': 'The metadata of the MCP server has no resource.',
    'mcp.resource_missing.do': RESOURCE,
    'mcp.resource_alias':
      'The metadata names an alias, {found}: clients refuse it unless their users enter exactly that.',
    'mcp.resource_alias.do': RESOURCE,
    'mcp.resource_other':
      'The metadata names {found} as resource, not {resource}{difference}. Clients take it for someone else’s and refuse.',
    'mcp.resource_other.do': RESOURCE,
    'mcp.resource_http':
      'The metadata names {found} as resource, not {resource}{difference}. Clients take it for someone else’s and refuse.',
    'mcp.resource_http.do': `${RESOURCE} Behind a proxy, MCP servers often guess http: give it its public URL.`,
    'mcp.servers': 'The metadata sends clients here to sign in.',
    'mcp.servers_missing': 'The metadata names no authorization server.',
    'mcp.servers_missing.do': SERVERS,
    'mcp.servers_second': 'The metadata names {found} before us, and some clients know only the first.',
    'mcp.servers_second.do': 'Put {issuer} first.',
    'mcp.servers_other': 'The metadata sends clients to {found} to sign in, not to {issuer}{difference}.',
    'mcp.servers_other.do': SERVERS,
    'mcp.offline_access':
      'The metadata of the MCP server lists offline_access, which is a matter between client and authorization server.',
    'mcp.offline_access.do': 'Take it out of scopes_supported there.',
    'mcp.scopes_unknown':
      'The metadata of the MCP server lists scopes that are not offered here: {scopes}. Clients ask for them, and get tokens without them.',
    'mcp.scopes_unknown.do': 'Add them to scopes of the server, or take them out of scopes_supported there.',
    'mcp.cors':
      'The metadata at {url} has no Access-Control-Allow-Origin, so clients that are web pages cannot read it.',
    'mcp.cors.do': 'Send Access-Control-Allow-Origin: * with it: it is public.',
  },
  {
    'mcp.unreachable': 'Der MCP-Server unter {resource} ist nicht zu erreichen: {problem}.',
    'mcp.unreachable.do':
      'Prüfen Sie seine Adresse, ob er läuft, und sein Zertifikat. Gehostete Clients (Claude, ChatGPT) erreichen nur öffentliche Adressen mit Zertifikaten, denen alle vertrauen.',
    'mcp.refuses': 'Ohne Token antwortete der MCP-Server unter {resource} mit {status}, wie er soll.',
    'mcp.open': 'Ohne Token antwortete der MCP-Server unter {resource} mit {status}: Er lässt alle ein.',
    'mcp.open.do': `Er muss jede Anfrage ohne gültiges Access-Token mit 401 beantworten, bevor er irgendetwas anderes ansieht. ${GUIDE_DE}`,
    'mcp.refuses_token': 'Mit einem erfundenen Token antwortete der MCP-Server mit {status}, wie er soll.',
    'mcp.takes_any_token':
      'Mit einem erfundenen Token antwortete der MCP-Server unter {resource} mit {status}: Er lässt alle ein, die irgendein Token senden.',
    'mcp.takes_any_token.do': `Er muss das Access-Token prüfen: Signatur, Issuer, Empfänger und Ablauf. ${GUIDE_DE}`,
    'mcp.redirects':
      'Ohne Token antwortete der MCP-Server unter {resource} mit {status} und schickt Clients nach {location}, wohin sie nicht folgen.',
    'mcp.redirects.do':
      'Konfigurieren Sie die endgültige Adresse als resource des Servers, und geben Sie diese Ihren Benutzern.',
    'mcp.absent':
      'Ohne Token antwortete der MCP-Server unter {resource} mit {status}: Dort ist kein MCP-Server.',
    'mcp.absent.do':
      'Vergleichen Sie den Pfad von resource mit dem des MCP-Endpunkts: Ein Schrägstrich am Ende zählt.',
    'mcp.down':
      'Ohne Token antwortete der MCP-Server unter {resource} mit {status}: Er ist ausgefallen oder gestört.',
    'mcp.down.do': 'Sehen Sie in sein Protokoll.',
    'mcp.refuses_otherwise':
      'Ohne Token antwortete der MCP-Server unter {resource} mit {status}. Clients beginnen sich bei einer 401 anzumelden, und sonst nie.',
    'mcp.refuses_otherwise.do': `Er muss zuerst nach dem Access-Token sehen und mit 401 antworten, wo keines ist. ${GUIDE_DE}`,
    'mcp.challenge': 'Die 401 sagt, wo die Metadaten des MCP-Servers liegen.',
    'mcp.challenge_missing': 'Die 401 hat kein WWW-Authenticate: Bearer. {consequence}',
    'mcp.challenge_missing.do': CHALLENGE_DE,
    'mcp.challenge_incomplete': 'Das WWW-Authenticate der 401 hat kein resource_metadata. {consequence}',
    'mcp.challenge_incomplete.do': CHALLENGE_DE,
    'mcp.challenge_malformed': 'Das resource_metadata der 401 ist keine Adresse, sondern {found}.',
    'mcp.challenge_malformed.do': CHALLENGE_DE,
    'mcp.certificate': 'Beim MCP-Server: {soon}.',
    'mcp.certificate.do': 'Erneuern Sie es.',
    'mcp.clock':
      'Die Uhr des MCP-Servers geht nach seinem Date-Header gegenüber unserer {skew}: Er lehnt gültige Access-Tokens ab oder nimmt abgelaufene an.',
    'mcp.clock.do': 'Stellen Sie beide Uhren mit NTP.',
    'mcp.metadata_unusable': 'Das resource_metadata der 401, {url}, {how}.',
    'mcp.metadata_unusable.do': DOCUMENT_DE,
    'mcp.metadata_missing':
      'Es gibt keine Metadaten des MCP-Servers (RFC 9728), auch nicht unter der well-known-Adresse: Kein Client erfährt, dass er sich hier anmeldet.',
    'mcp.metadata_missing.do': DOCUMENT_DE,
    'mcp.resource': 'Die Metadaten nennen den MCP-Server genau so, wie er hier konfiguriert ist.',
    'mcp.resource_missing': 'Die Metadaten des MCP-Servers haben kein resource.',
    'mcp.resource_missing.do': RESOURCE_DE,
    'mcp.resource_alias':
      'Die Metadaten nennen einen Alias, {found}: Clients lehnen ihn ab, wenn ihre Benutzer nicht genau diesen eingeben.',
    'mcp.resource_alias.do': RESOURCE_DE,
    'mcp.resource_other':
      'Die Metadaten nennen {found} als resource, nicht {resource}{difference}. Clients halten sie für die eines anderen und lehnen ab.',
    'mcp.resource_other.do': RESOURCE_DE,
    'mcp.resource_http':
      'Die Metadaten nennen {found} als resource, nicht {resource}{difference}. Clients halten sie für die eines anderen und lehnen ab.',
    'mcp.resource_http.do': `${RESOURCE_DE} Hinter einem Proxy raten MCP-Server oft http: Geben Sie ihm seine öffentliche URL.`,
    'mcp.servers': 'Die Metadaten schicken Clients zum Anmelden hierher.',
    'mcp.servers_missing': 'Die Metadaten nennen keinen Autorisierungsserver.',
    'mcp.servers_missing.do': SERVERS_DE,
    'mcp.servers_second': 'Die Metadaten nennen {found} vor uns, und manche Clients kennen nur den ersten.',
    'mcp.servers_second.do': 'Stellen Sie {issuer} an den Anfang.',
    'mcp.servers_other':
      'Die Metadaten schicken Clients zum Anmelden nach {found}, nicht nach {issuer}{difference}.',
    'mcp.servers_other.do': SERVERS_DE,
    'mcp.offline_access':
      'Die Metadaten des MCP-Servers führen offline_access auf, das nur Client und Autorisierungsserver angeht.',
    'mcp.offline_access.do': 'Nehmen Sie es dort aus scopes_supported heraus.',
    'mcp.scopes_unknown':
      'Die Metadaten des MCP-Servers führen Scopes auf, die es hier nicht gibt: {scopes}. Clients fragen danach und bekommen Tokens ohne sie.',
    'mcp.scopes_unknown.do':
      'Nehmen Sie sie in die Scopes des Servers auf, oder dort aus scopes_supported heraus.',
    'mcp.cors':
      'Die Metadaten unter {url} haben kein Access-Control-Allow-Origin; Clients, die Webseiten sind, können sie nicht lesen.',
    'mcp.cors.do': 'Senden Sie Access-Control-Allow-Origin: * mit: Sie sind öffentlich.',
  },
)
