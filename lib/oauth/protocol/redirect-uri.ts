import { parseUrl } from './parse-url'

/**
 * Which redirect URIs may be registered, and which requested one matches a registered one. A URI is read twice, as
 * the client spelled it and as a browser will parse it, and refused when the two readings differ: that is where
 * every known bypass lives (`https://good@evil`, `http://127.0.0.1.evil`, `https://ex%61mple.com`).
 */

const MAX_LENGTH = 2048

/** The characters of RFC 3986 §2: no controls, white space, backslash or raw non-ASCII, no broken `%`. */
const URI_CHARACTERS = /^(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/

const SCHEME = /^([a-z][a-z0-9+.-]*):/i
const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/([^/?]*)/i

/** Names and addresses as browsers print them: lower case, no empty label and so no trailing dot, no wildcard. */
const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])$/

const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]']
/** As a source also for Postgres: the port, and before it, captured, what counts. */
export const LOOPBACK_PORT = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])):\d+/

/** What the response adds: a URI that brings its own would make them ambiguous (RFC 6749 §3.1, RFC 9207 §2). */
const RESPONSE_PARAMETERS = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri']

/** Schemes that run script, read files, or start something other than an app that asked for the scheme. */
const FORBIDDEN_SCHEMES = new Set(
  `about anydesk app-settings apt bash battlenet bitcoin blob callto cmd com.epicgames.launcher content data devtools
  discord ed2k edge ethereum facetime facetime-audio feed file filesystem firefox ftp ftps geo git googlechrome gopher
  hcp help intent irc ircs its jar javascript jnlp jnlps ldap ldaps livescript macappstore macappstores magnet mailto
  maps market message mhtml microsoft-edge mk mms moz-extension mumble news nfs nntp onenote opera osascript
  powershell prefs pwsh rdp res resource roblox rtsp search search-ms sftp shell shortcuts sip sips skype smb sms ssh
  steam steamlink store svn tel telnet tg tonsite uplay urn vbscript view-source vnc webcal webcals whatsapp workflow
  ws wss wyciwyg xmpp zoommtg zoomus`.split(/\s+/),
)
const FORBIDDEN_FAMILIES = /^(?:android-|chrome|ios-|itms|ms-|teamviewer|web\+|x-apple|[a-z]$)/

/** Applications that take a redirect as what it is. Of any other scheme it is not known what it starts. */
const EXPECTED_SCHEMES = new Set(
  'claude claude-cli cursor goose kiro raycast vscode vscode-insiders vscodium warp windsurf zed'.split(' '),
)

/** Why a redirect URI may not be registered, as short sentences for the client's developer. */
export const REDIRECT_URI_PROBLEMS = {
  uri_not_text: 'it must be a string',
  uri_too_long: `it must not be longer than ${MAX_LENGTH} characters`,
  uri_characters: 'it has characters that a URI cannot have',
  uri_fragment: 'it must not have a fragment',
  uri_not_absolute: 'it must be an absolute URI',
  uri_invalid: 'it is not a valid URI',
  uri_credentials: 'it must not have a user name or password',
  uri_reserved_parameter: 'its query must not have a {name} parameter of its own',
  uri_not_plain:
    'its scheme and host must be spelled plainly: in lower case, without encoding or a trailing dot',
  uri_not_https: 'it must use https: http is only for localhost, 127.0.0.1 and [::1]',
  uri_scheme: 'its scheme cannot receive a redirect',
  uri_no_slash: 'it must have a slash after its scheme',
}

export type RedirectUriProblem = keyof typeof REDIRECT_URI_PROBLEMS

/**
 * Why a redirect URI may not be registered, as a short sentence for the client's developer; null when it may.
 * Accepted are https, http on loopback (RFC 8252 §7.3) and private-use schemes (RFC 8252 §7.1).
 */
export function checkRedirectUri(value: unknown): string | null {
  const problem = redirectUriProblem(value)
  return problem && REDIRECT_URI_PROBLEMS[problem.code].replace('{name}', problem.name ?? '')
}

/** The same as a code, and the name of the parameter that it is about. */
export function redirectUriProblem(
  value: unknown,
): { readonly code: RedirectUriProblem; readonly name?: string } | null {
  if (typeof value !== 'string') return { code: 'uri_not_text' }
  if (value.length > MAX_LENGTH) return { code: 'uri_too_long' }
  if (!URI_CHARACTERS.test(value)) return { code: 'uri_characters' }
  if (value.includes('#')) return { code: 'uri_fragment' }
  if (!SCHEME.test(value)) return { code: 'uri_not_absolute' }
  const url = parseUrl(value)
  if (!url) return { code: 'uri_invalid' }
  if (authorityOf(value).includes('@')) return { code: 'uri_credentials' }
  const { protocol, search, searchParams } = url
  const taken = search && RESPONSE_PARAMETERS.find((name) => searchParams.has(name))
  if (taken) return { code: 'uri_reserved_parameter', name: taken }
  const isWeb = protocol === 'https:' || protocol === 'http:'
  const code = isWeb ? webProblem(value, url) : privateUseProblem(value, url)
  return code && { code }
}

/**
 * Whether a requested redirect URI is the registered one: the same string (OAuth 2.1 §2.3.1), except that a native
 * client on loopback may listen on any port (RFC 8252 §7.3). `localhost` and the two addresses stay different hosts.
 */
export function matchesRedirectUri(registered: string, requested: string): boolean {
  if (checkRedirectUri(requested) !== null) return false
  if (registered === requested) return true
  if (checkRedirectUri(registered) !== null) return false
  return withoutLoopbackPort(registered) === withoutLoopbackPort(requested)
}

/**
 * The redirect URI to answer to, byte for byte as requested; null when it is not registered. It may be omitted only
 * by a client with exactly one (RFC 6749 §3.1.2.3).
 */
export function findRedirectUri(registered: readonly string[], requested: string | undefined): string | null {
  const [only] = registered
  const wanted = requested ?? (registered.length === 1 ? only : undefined)
  if (wanted === undefined) return null
  return registered.some((uri) => matchesRedirectUri(uri, wanted)) ? wanted : null
}

/** Who can receive the code there: a site, any program on the user's computer, or an app that claimed the scheme. */
export function redirectKind(uri: string): 'https' | 'loopback' | 'private-use' {
  const { protocol, hostname } = new URL(uri)
  if (protocol !== 'https:' && protocol !== 'http:') return 'private-use'
  return LOOPBACK_HOSTS.includes(hostname) ? 'loopback' : 'https'
}

/** Whether a redirect without a click starts nothing but what it is meant for. */
export function isExpectedScheme(uri: string): boolean {
  return redirectKind(uri) !== 'private-use' || EXPECTED_SCHEMES.has(new URL(uri).protocol.slice(0, -1))
}

/** Where the user will be sent, for the consent page: the host with its port, or the scheme (`cursor://`). */
export function redirectHost(uri: string): string {
  const { protocol, host } = new URL(uri)
  return redirectKind(uri) === 'private-use' ? `${protocol}//` : host
}

function webProblem(uri: string, { protocol, host, hostname }: URL): RedirectUriProblem | null {
  const defaultPort = protocol === 'https:' ? 443 : 80
  const plain = [host, `${host}:${defaultPort}`].map((authority) => `${protocol}//${authority}`)
  if (!plain.includes(`${schemeAsSpelled(uri)}//${authorityOf(uri)}`) || !HOST.test(hostname))
    return 'uri_not_plain'
  if (protocol === 'http:' && !LOOPBACK_HOSTS.includes(hostname)) return 'uri_not_https'
  return null
}

/** RFC 8252 §7.1 asks for reverse domain names; `cursor://` and `vscode://` are in use nevertheless. */
function privateUseProblem(uri: string, { protocol }: URL): RedirectUriProblem | null {
  const scheme = protocol.slice(0, -1)
  if (FORBIDDEN_SCHEMES.has(scheme) || FORBIDDEN_FAMILIES.test(scheme)) return 'uri_scheme'
  // `localhost:3000/callback` is a forgotten http://, not an app with the scheme `localhost`.
  if (!uri.startsWith('/', scheme.length + 1)) return 'uri_no_slash'
  return null
}

function schemeAsSpelled(uri: string): string {
  return SCHEME.exec(uri)?.[0] ?? ''
}

/** As spelled; empty when there is none, or when only a browser would find one (`https:evil.example`). */
function authorityOf(uri: string): string {
  return AUTHORITY.exec(uri)?.[1] ?? ''
}

/** What of a redirect URI is compared: on loopback the port does not count (RFC 8252 §7.3). */
export function withoutLoopbackPort(uri: string): string {
  return uri.replace(LOOPBACK_PORT, '$1')
}
