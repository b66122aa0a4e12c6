import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Http } from './http'
import { browserLogin, type Person } from './login/browser'
import type { LoginDriver } from './login/driver'
import { commandLogin, moduleLogin } from './login/other-drivers'
import type { RangeOptions } from './range'
import type { Client } from './settings'

export const USAGE = `Usage: vestibule-range ISSUER [options]

Attacks an OAuth 2.1 authorization server from outside. Only attack what is yours.

Logging in (without any of these, a server that approves by itself):
  --username NAME         filled into simple login forms
  --password-file FILE    the first line is the password
  --cookie HEADER         a session at the server, as a Cookie header
  --login-module FILE     its default export gets (url, redirectUri) and returns the redirect to the client
  --login-command CMD     a program that gets both as arguments, and prints the redirect

What is asked for:
  --resource URI          the MCP server (RFC 8707)
  --scope "A B"           instead of all published scopes
  --parameter NAME=VALUE  in every authorization request; may be repeated
  --redirect-uri URI      of the clients that are registered (https://client.example/callback)
  --client-id ID          a public client that is known, with that redirect URI

What shows more:
  --introspection [ID:]SECRET   a resource server's credential: Basic, or a bearer token without an id
  --documents URL=PORT    client metadata documents: a base URL that leads to this port of this machine
  --slow                  attacks that wait for minutes
  --only ID,ID            these attacks alone

  --json                  the report as JSON on the standard output
  --list                  the attacks, without trying them
  --help

Exit codes: 0 nothing was found, 1 something was found, 2 nothing can be said.`

const OPTIONS = {
  username: { type: 'string' },
  'password-file': { type: 'string' },
  cookie: { type: 'string' },
  'login-module': { type: 'string' },
  'login-command': { type: 'string' },
  resource: { type: 'string' },
  scope: { type: 'string' },
  parameter: { type: 'string', multiple: true },
  'redirect-uri': { type: 'string' },
  'client-id': { type: 'string' },
  introspection: { type: 'string' },
  documents: { type: 'string' },
  slow: { type: 'boolean' },
  only: { type: 'string' },
  json: { type: 'boolean' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

export type Command =
  | { readonly kind: 'help' | 'list' }
  | { readonly kind: 'run'; readonly json: boolean; readonly options: RangeOptions }

/** @throws TypeError for arguments that are not understood, with a sentence for the caller */
export function readArguments(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  if (values.help) return { kind: 'help' }
  if (values.list) return { kind: 'list' }
  const [issuer, ...more] = positionals
  if (issuer === undefined || more.length > 0 || !URL.canParse(issuer))
    throw new TypeError('one issuer is needed, as a URL')
  const password = values['password-file'] && firstLine(values['password-file'])
  const person = {
    ...(values.username !== undefined && { username: values.username }),
    ...(password !== undefined && { password }),
  }
  const options: RangeOptions = {
    issuer,
    ...person,
    ...(values.resource !== undefined && { resource: values.resource }),
    ...(values.scope !== undefined && { scopes: values.scope.split(' ') }),
    ...(values['redirect-uri'] !== undefined && { redirectUri: values['redirect-uri'] }),
    ...(values.only !== undefined && { only: values.only.split(',') }),
    ...(values.introspection !== undefined && { credentials: credentials(values.introspection) }),
    ...(values.documents !== undefined && { documents: place(values.documents) }),
    ...client(values['client-id'], values['redirect-uri']),
    parameters: Object.fromEntries((values.parameter ?? []).map((one) => pair(one, '='))),
    slow: values.slow === true,
    login: loginWith(values, { ...person, ...(values.cookie !== undefined && { cookie: values.cookie }) }),
  }
  return { kind: 'run', json: values.json === true, options }
}

type LoginValues = { readonly 'login-module'?: string; readonly 'login-command'?: string }

const loginWith =
  ({ 'login-module': file, 'login-command': command }: LoginValues, person: Person) =>
  (http: Http): LoginDriver | Promise<LoginDriver> => {
    if (file !== undefined) return moduleLogin(http, file)
    return command !== undefined ? commandLogin(http, command) : browserLogin(http, person)
  }

function client(id: string | undefined, redirectUri: string | undefined): { client?: Client } {
  if (id === undefined) return {}
  if (redirectUri === undefined) throw new TypeError('--client-id needs --redirect-uri')
  return { client: { id, redirectUri } }
}

function credentials(text: string) {
  const at = text.indexOf(':')
  return at < 0 ? { secret: text } : { id: text.slice(0, at), secret: text.slice(at + 1) }
}

function place(text: string) {
  const at = text.lastIndexOf('=')
  const [base, port] = [text.slice(0, at), Number(text.slice(at + 1))]
  if (!URL.canParse(base) || !Number.isInteger(port)) throw new TypeError('--documents is URL=PORT')
  return { base: base.replace(/\/$/, ''), port }
}

function pair(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  if (at < 1) throw new TypeError(`${text} is no NAME${separator}VALUE`)
  return [text.slice(0, at), text.slice(at + 1)]
}

const firstLine = (file: string) => readFileSync(file, 'utf8').split(/\r?\n/)[0] ?? ''
