import { decide, locationOf, logInUpstream, openConsentLink } from './attack-login'
import { postForm } from './attack-tokens'
import { newVisitor, type Visitor } from './attack-visitor'
import { type OwnServer, startOwnServer } from './own-server'
import type { World } from './world'

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

const GRANTS = `grant_types: ["${DEVICE_GRANT}", refresh_token]`
const SECRET = 'token_endpoint_auth_method: client_secret_basic, client_secret: "env:CONFIDENTIAL_SECRET"'

/** A server that lets devices in: the public clients `tv` and `other-tv`, and `box` with a secret. */
export const startDeviceServer = (world: World, settings: readonly string[] = []): Promise<OwnServer> =>
  startOwnServer(world, [
    `  - { client_id: tv, name: Living Room TV, token_endpoint_auth_method: none, ${GRANTS} }`,
    `  - { client_id: other-tv, token_endpoint_auth_method: none, ${GRANTS} }`,
    `  - { client_id: box, ${SECRET}, ${GRANTS} }`,
    'device_grant: true',
    ...settings,
  ])

export type Codes = {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  readonly expires_in: number
  readonly interval: number
}

/** What a device does first. */
export async function beginDevice(issuer: string, form: Record<string, string> = {}): Promise<Codes> {
  const response = await postForm(issuer, '/oauth/device_authorization', { client_id: 'tv', ...form })
  if (response.status !== 200) throw new Error(`answered ${response.status}: ${await response.text()}`)
  return response.json()
}

/** What it does until its user has answered. */
export const pollDevice = (
  issuer: string,
  deviceCode: string,
  form: Record<string, string> = {},
  headers: Record<string, string> = {},
) =>
  postForm(
    issuer,
    '/oauth/token',
    {
      grant_type: DEVICE_GRANT,
      device_code: deviceCode,
      ...(!headers.authorization && { client_id: 'tv' }),
      ...form,
    },
    headers,
  )

/** Opens the page for codes and types one: the redirect that follows. */
export async function typeCode(world: World, visitor: Visitor, userCode: string): Promise<string> {
  const opened = await visitor.go(`${world.app.url}/oauth/device/open`)
  const html = await (await visitor.go(locationOf(opened))).text()
  const token = /name="token" value="([^"]+)"/.exec(html)?.[1] ?? ''
  const form = { request: 'device', token, user_code: userCode }
  return locationOf(await visitor.submit(`${world.app.url}/oauth/device/code`, form, world.app.url))
}

/** What a user does with the code of a device; returns where the browser ends. */
export async function answerDevice(
  world: World,
  userCode: string,
  decision: 'allow' | 'deny' = 'allow',
  visitor: Visitor = newVisitor(),
): Promise<string> {
  const consent = await openConsentLink(visitor, await typeCode(world, visitor, userCode))
  const decided = await decide(world, visitor, consent, decision)
  if (decision === 'deny') return locationOf(decided)
  return locationOf(await visitor.go(await logInUpstream(world, visitor, locationOf(decided))))
}
