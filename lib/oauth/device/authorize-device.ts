import { type AuthenticateClientPorts, asClient, type ClientRequest } from '../clients/authenticate-client'
import { findNewcomer } from '../clients/find-client'
import { grantableScope } from '../clients/grantable-scope'
import { requireAdmitted } from '../clients/standing'
import type { Client, Server } from '../model'
import type { Ports } from '../ports/ports'
import { OAuthError } from '../protocol/errors'
import { DEVICE_CODE } from '../protocol/grant-types'
import { DEVICE_CODE_LIFETIME, DEVICE_POLL_INTERVAL } from '../protocol/lifetimes'
import { parseParameters, requireNoDuplicates } from '../protocol/parameters'
import { checkResources } from '../protocol/resource'
import { hashSecret } from '../protocol/secret-hash'
import { formatUserCode } from '../protocol/user-code'

export type AuthorizeDevicePorts = Pick<Ports, 'deviceCodes' | 'secrets'> & AuthenticateClientPorts

/** A user code may be taken, by one in many millions. */
const DRAWS = 5

/** The device authorization response (RFC 8628 §3.2). */
export type DeviceAuthorization = {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  /** Seconds, as the next one. */
  readonly expires_in: number
  readonly interval: number
}

/**
 * The device authorization endpoint (RFC 8628 §3.1): a device without a browser gets a secret to ask with, and a short
 * code that its user types elsewhere. Client authentication is that of the token endpoint.
 *
 * @param authorization the `Authorization` header
 * @param verificationUri where users type the code
 * @param network the device's, as far as that may be stored
 * @throws OAuthError `invalid_client`, `unauthorized_client`, `invalid_request` or `invalid_target`
 */
export async function authorizeDevice(
  server: Server,
  body: URLSearchParams,
  authorization: string | undefined,
  verificationUri: string,
  network: string | undefined,
  ports: AuthorizeDevicePorts,
): Promise<DeviceAuthorization> {
  if (!server.deviceGrant)
    throw new OAuthError('invalid_request', 'devices are not let in here', { status: 404 })
  const form = parseParameters(body, ['resource'])
  requireNoDuplicates(form)
  return asClient(
    { server, authorization, form },
    ports,
    (client) => authorize({ server, client, form, network }, verificationUri, ports),
    findNewcomer,
  )
}

async function authorize(
  {
    server,
    client,
    form,
    network,
  }: Pick<ClientRequest, 'server' | 'form'> & {
    readonly client: Client
    readonly network: string | undefined
  },
  verificationUri: string,
  ports: AuthorizeDevicePorts,
): Promise<DeviceAuthorization> {
  if (!client.grantTypes.includes(DEVICE_CODE))
    throw new OAuthError('unauthorized_client', 'the client is not registered for device codes')
  await requireAdmitted({ server, client, ...(network && { network }) }, 'unauthorized_client', ports)
  checkResources(form.getAll('resource'), server)
  const owner = {
    serverId: server.id,
    clientRowId: client.id,
    clientId: client.clientId,
    ...(network && { network }),
  }
  const scope = grantableScope(server, client, form.get('scope'))
  const { deviceCode, userCode } = await issueCodes({ ...owner, scope }, ports)
  const shown = formatUserCode(userCode)
  return {
    device_code: deviceCode,
    user_code: shown,
    verification_uri: verificationUri,
    verification_uri_complete: `${verificationUri}?user_code=${shown}`,
    expires_in: DEVICE_CODE_LIFETIME,
    interval: DEVICE_POLL_INTERVAL,
  }
}

type Waiting = Pick<
  Parameters<Ports['deviceCodes']['create']>[0],
  'serverId' | 'clientRowId' | 'clientId' | 'scope' | 'network'
>

/** Only digests are kept: who reads the database can neither ask as the device nor answer for its user. */
async function issueCodes(device: Waiting, ports: AuthorizeDevicePorts, draws = DRAWS) {
  const deviceCode = ports.secrets.token('vst_dc_')
  const userCode = ports.secrets.userCode()
  const createdAt = ports.clock()
  const created = await ports.deviceCodes.create({
    ...device,
    deviceCodeHash: hashSecret(deviceCode),
    userCodeHash: hashSecret(userCode),
    interval: DEVICE_POLL_INTERVAL,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + DEVICE_CODE_LIFETIME * 1000),
  })
  if (created) return { deviceCode, userCode }
  if (draws === 1) throw new Error('found no free user code')
  return issueCodes(device, ports, draws - 1)
}
