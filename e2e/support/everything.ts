import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { operators } from '@/drizzle/schema/operators'
import { decide, obtainCode, openConsent, REDIRECT, redirectQuery } from './attack-login'
import { newVisitor } from './attack-visitor'
import { newOperator, sessionCookie } from './console'
import { beginDevice, startDeviceServer } from './device'
import type { OwnServer } from './own-server'
import { startPlatformServer } from './platform'
import { pushed, soundRequest } from './push'
import { authorizeUrl, makePkce, register } from './test'
import type { World } from './world'

/** An organization in the middle of its work, with everything that it has given out; all of it is still good. */
export type Everything = {
  readonly server: OwnServer
  /** Slug of an organization whose people log in here. */
  readonly platform: string
  /** What clients, browsers, operators and identity providers hold, mostly by the names of the wire. */
  readonly held: Readonly<Record<(typeof HELD)[number], string>>
}

const HELD = [
  'installation_key',
  'api_key',
  'client_id',
  'client_secret',
  'registration_access_token',
  'registration_token',
  'code',
  'code_verifier',
  'access_token',
  'refresh_token',
  'device_code',
  'user_code',
  'request_uri',
  'request',
  'form_token',
  'state',
  'state_cookie',
  'user_session',
  'operator_session',
  'setup_link',
  'invitation',
  'password_link',
  'operator_link',
  'scim_token',
  'webhook_secret',
] as const

/** @param installationKey an API key of the installation */
export async function giveOutEverything(world: World, installationKey: string): Promise<Everything> {
  const server = await startDeviceServer(world, ['token_format: opaque'])
  const platform = await startPlatformServer(world)
  const api = caller(world, installationKey)
  const of = `organizations/${server.slug}`
  const byApi = {
    installation_key: installationKey,
    api_key: (await api(`${of}/keys`, { name: 'Terraform', role: 'owner' })).key,
    setup_link: lastStep((await api(`${of}/setup-links`, { label: 'Jane', connection: 'main' })).url),
    invitation: lastStep((await api(`${of}/invitations`, { email: address(), role: 'admin' })).link),
    password_link: lastStep(
      (await api(`organizations/${platform.slug}/connections/people/people`, { address: address() })).link,
    ),
    operator_link: lastStep((await api('operators', { email: address() })).link),
    scim_token: (await api(`${of}/connections/main/scim-token`)).token,
    registration_token: (await api(`${of}/servers/${server.slug}/registration-token`)).token,
    webhook_secret: (await api(`${of}/webhooks`, { url: 'http://127.0.0.1:9/hook' })).secret,
  }
  const held: Record<string, string | undefined> = {
    ...byApi,
    ...(await byProtocol(world, server)),
    operator_session: await operatorSession(world, server.slug),
  }
  const missing = HELD.filter((name) => !held[name])
  if (missing.length > 0) throw new Error(`nothing is held as ${missing.join(', ')}`)
  const all = Object.fromEntries(HELD.map((name) => [name, held[name] ?? '']))
  return { server, platform: platform.slug, held: all as Everything['held'] }
}

/** What clients and browsers get of the endpoints of a server. */
async function byProtocol(world: World, { issuer, logIn }: OwnServer) {
  const client = await register(issuer, { client_name: 'Confidential', redirect_uris: [REDIRECT] })
  const visitor = newVisitor()
  const tokens = await logIn()
  const device = await beginDevice(issuer)
  const login = await obtainCode(world, { issuer, visitor })
  const url = authorizeUrl(issuer, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
  })
  const away = newVisitor()
  const state = redirectQuery(await decide(world, away, await openConsent(away, url))).get('state') ?? ''
  const reader = newVisitor()
  const consent = await openConsent(reader, url)
  return {
    client_id: client.client_id,
    client_secret: client.client_secret,
    registration_access_token: client.registration_access_token,
    code: login.code,
    code_verifier: login.verifier,
    access_token: tokens.access_token,
    refresh_token: tokens.refresh_token,
    device_code: device.device_code,
    user_code: device.user_code,
    request_uri: await pushed(issuer, soundRequest()),
    request: consent.requestId,
    form_token: consent.token,
    state,
    state_cookie: away.cookies('vst_state_')[0],
    user_session: visitor.cookies('vst_session_')[0],
  }
}

/** The cookie of an operator of the installation, who owns an organization, too. */
async function operatorSession(world: World, organization: string): Promise<string> {
  const owner = await newOperator(world, organization, 'owner')
  const { db } = await world.inside()
  await db.update(operators).set({ isInstallationOperator: true }).where(eq(operators.email, owner.email))
  const { name, value } = await sessionCookie(world, owner)
  return `${name}=${value}`
}

/** The management API; an answer that is no success is an error. */
function caller({ app }: World, key: string) {
  return async (path: string, body?: object): Promise<Record<string, string>> => {
    const response = await fetch(`${app.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return response.json()
  }
}

const address = () => `${randomBytes(6).toString('hex')}@example.com`

/** The token of a link. */
const lastStep = (link = '') => link.split(/[/=]/).at(-1) ?? ''
