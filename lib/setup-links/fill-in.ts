import { expectedByForm } from '../configuration/entries'
import { InvalidInput, invalid, Outdated } from '../configuration/mistakes'
import { putConnection } from '../configuration/put'
import type { AnyConnection, ConnectionInput } from '../configuration/schema/settings'
import {
  type ConnectionView,
  changedConnection,
  createConnection,
  updateConnection,
} from '../connections/connections'
import { type IssuerLookup, lookUpIssuer } from '../connections/look-up-issuer'
import {
  type Answers,
  changedAddress,
  findPreset,
  isForSetupLinks,
  type Preset,
  presetOf,
} from '../connections/presets'
import type { Management } from '../management/management'
import { omitNullish } from '../omit-nullish'
import { publicAddresses } from './public-addresses'
import { countSetupRequest, openSetupLink } from './visit'

/**
 * What the holder of a link enters. Name, scopes and whatever tells more to others stay with the operators.
 * Decision 0046.
 */
export type SetupInput = Pick<
  ConnectionInput,
  'clientId' | 'clientSecret' | 'clientSecretEnds' | 'tokenEndpointAuthMethod'
> & {
  readonly preset: string
  readonly answers: Answers
  /** Of what the form was made for, as the page has it. */
  readonly version?: string
}

/**
 * Fills in the connection of a link: makes it, or changes the one that is there. Where it stays at the same kind of
 * provider, what the operators set stays; for another, its usual settings count.
 *
 * @returns whether users are now identified in another way than before
 * @throws NotFound when the link does not work
 * @throws InvalidInput with paths relative to the connection, also for an address that is not a public one; Outdated when
 *   somebody changed meanwhile what holders enter
 * @throws OAuthError 429
 */
export async function fillInConnection(
  token: string,
  input: SetupInput,
  management: Management,
): Promise<{ readonly identifiesAnew: boolean }> {
  const visit = await openSetupLink(token, management)
  countSetupRequest(visit, management)
  const { link, connection } = visit
  const expected = expectedByForm(input.version ?? '')
  const scope = { ...visit.scope, ...(expected && { expected }) }
  const preset = providerPreset(input.preset)
  const stays = connection !== undefined && staysAt(connection, preset)
  const address = stays ? changedAddress(preset, input.answers) : preset.address(input.answers)
  const entered: ConnectionInput = {
    ...address,
    ...(await publicAddresses(scope, address, connection, management)),
    // We are known to a SAML provider by our addresses.
    ...(preset.type !== 'saml' && {
      clientId: input.clientId,
      clientSecretEnds: input.clientSecretEnds,
      // Left out, the stored one stays.
      ...omitNullish({
        clientSecret: input.clientSecret,
        tokenEndpointAuthMethod: input.tokenEndpointAuthMethod,
      }),
    }),
  }
  const save = () => {
    if (stays) return updateConnection(scope, connection.slug, entered, management)
    const ofPreset = changedConnection(preset.defaults, entered)
    const named = { id: link.connectionId, name: connection?.name ?? link.connectionName }
    if (!connection) return createConnection(scope, { ...ofPreset, ...named }, management)
    const edit = (before: AnyConnection | undefined) =>
      changedConnection({ ...preset.defaults, ...named, clientSecret: before?.clientSecret }, entered)
    return putConnection(scope, connection.slug, edit, management)
  }
  const { created, warnings } = await withoutOthers(save())
  return { identifiesAnew: !created && warnings.length > 0 }
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
  const address = issuer ?? ''
  return { found: await lookUpIssuer(visit.scope, { issuer: address }, management), address }
}

function providerPreset(id: string): Preset {
  const preset = findPreset(id)
  if (preset && isForSetupLinks(preset)) return preset
  throw invalid('preset', 'not_a_provider')
}

/** What is wrong with servers or other connections is not for the holder of a link to read. */
async function withoutOthers<T>(change: Promise<T>): Promise<T> {
  try {
    return await change
  } catch (error) {
    if (!(error instanceof InvalidInput) || error instanceof Outdated) throw error
    const own = error.mistakes.filter(({ path }) => path.length > 0)
    throw new InvalidInput(own.length > 0 ? own : [{ path: ['client_id'], code: 'does_not_fit' }])
  }
}

/** The general presets are for whatever is there already. */
const staysAt = (connection: ConnectionView, { id, type }: Preset): boolean =>
  connection.type === type && (id === type || id === presetOf(connection))
