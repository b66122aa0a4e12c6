import { InvalidInput } from '../configuration/change-configuration'
import type { Mistake } from '../configuration/mistakes'
import { type ConnectionInput, createConnection, updateConnection } from '../connections/change'
import { type IssuerLookup, lookUpIssuer } from '../connections/look-up-issuer'
import { type Answers, findPreset, type Preset, presetOf } from '../connections/presets'
import type { ConnectionView } from '../connections/view'
import type { Management } from '../management/management'
import { publicAddresses } from './public-addresses'
import { countSetupRequest, openSetupLink } from './visit'

/**
 * What the holder of a link enters. Name, scopes and whatever tells more to others stay with the operators.
 * Decision 0046.
 */
export type SetupInput = {
  readonly preset: string
  readonly answers: Answers
  readonly clientId: string
  /** Absent: what is stored stays, unless it would be sent somewhere else. */
  readonly clientSecret?: string
  readonly tokenEndpointAuthMethod?: string
}

/** Everything that belongs to one kind of provider, and makes no sense at another. */
const OF_PROVIDER = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'userinfo_endpoint',
  'revocation_endpoint',
  'claims',
  'pkce',
  'scopes',
  'authorization_parameters',
  'forward_resource',
  'token_endpoint_auth_method',
]

/**
 * Fills in the connection of a link: makes it, or changes the one that is there. Where it stays at the same kind of
 * provider, what the operators set stays; for another, its usual settings count.
 *
 * @returns whether users are now identified in another way than before
 * @throws NotFound when the link does not work
 * @throws InvalidInput with paths relative to the connection, also for an address that is not a public one
 * @throws OAuthError 429
 */
export async function fillInConnection(
  token: string,
  input: SetupInput,
  management: Management,
): Promise<{ readonly identifiesAnew: boolean }> {
  const visit = await openSetupLink(token, management)
  countSetupRequest(visit, management)
  const { scope, link, connection } = visit
  const preset = providerPreset(input.preset)
  const address = preset.address(input.answers)
  const entered = {
    ...address,
    client_id: input.clientId,
    client_secret: input.clientSecret,
    token_endpoint_auth_method: input.tokenEndpointAuthMethod,
  }
  const spelled = { ...entered, ...(await publicAddresses(scope, address, connection, management)) }
  if (!connection) {
    const made = { ...preset.defaults, ...known(spelled), id: link.connectionId, name: link.connectionName }
    await withoutOthers(createConnection(scope, made, management))
    return { identifiesAnew: false }
  }
  const changes = staysAt(connection, preset)
    ? { ...spelled, ...claimsOf(spelled, connection) }
    : { ...nothing(), ...preset.defaults, ...known(spelled) }
  const { warnings } = await withoutOthers(updateConnection(scope, connection.slug, changes, management))
  return { identifiesAnew: warnings.length > 0 }
}

/**
 * Says what a provider publishes, to the holder of a link.
 *
 * @throws NotFound when the link does not work; InvalidInput; OAuthError 429
 */
export async function lookUpForSetup(
  token: string,
  { preset: id, answers }: Pick<SetupInput, 'preset' | 'answers'>,
  management: Management,
): Promise<{ readonly found: IssuerLookup; readonly address: string }> {
  const visit = await openSetupLink(token, management)
  countSetupRequest(visit, management)
  const preset = providerPreset(id)
  const { issuer } = { ...preset.defaults, ...preset.address(answers) }
  const address = String(issuer ?? '')
  return { found: await lookUpIssuer(visit.scope, address, management), address }
}

function providerPreset(id: string): Preset {
  const preset = findPreset(id)
  if (preset && preset.type !== 'platform') return preset
  throw new InvalidInput([{ path: ['preset'], message: 'is not a provider' }])
}

/** Whatever does not fit to servers or other connections is nothing that the holder of a link may read. */
async function withoutOthers<T>(change: Promise<T>): Promise<T> {
  try {
    return await change
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    const isOurs = ({ path: [first] }: Mistake) => first !== 'connections' && first !== 'servers'
    const own = error.mistakes.filter(isOurs)
    const message = 'does not fit to what the operators have set up: ask who sent you the link'
    throw new InvalidInput(own.length > 0 ? own : [{ path: ['client_id'], message }])
  }
}

/** The general presets are for whatever is there already. */
function staysAt(connection: ConnectionView, { id, type }: Preset): boolean {
  return connection.type === type && (id === type || id === presetOf(connection))
}

/** The subject is asked for; how name and address are called, operators know. */
function claimsOf({ claims }: ConnectionInput, before: ConnectionView): ConnectionInput {
  const { subject } = { ...(claims as { subject?: string } | undefined) }
  return subject === undefined ? {} : { claims: { ...before.claims, subject } }
}

const nothing = (): ConnectionInput => Object.fromEntries(OF_PROVIDER.map((key) => [key, null]))

const known = (input: ConnectionInput): ConnectionInput =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
