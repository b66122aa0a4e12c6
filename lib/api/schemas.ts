/** What the API takes and answers, in wire names. Each has a name in the OpenAPI document. */
import { z } from 'zod'
import { PERMISSIONS, ROLES } from '@/lib/access'
import { CLIENT, CONNECTION, SERVER } from '@/lib/configuration/schema/settings'
import { text } from '@/lib/configuration/schema/values'
import { wireShape } from '@/lib/configuration/schema/wire'
import { NEW_ORGANIZATION } from '@/lib/organizations/organizations'
import { permissionName } from './problem'

/** Every schema that has a name. */
export const components = z.registry<{ id: string }>()

/** Gives a schema its name. */
export function component<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  components.add(schema, { id })
  return schema
}

/** A page of such things. */
export function listOf<Item extends z.ZodType>(id: string, item: Item) {
  return component(
    id,
    z.object({
      items: z.array(item),
      next: z.string().exactOptional().describe('Give it as `after` to read on; absent at the end.'),
    }),
  )
}

export const instant = z.iso.datetime({ offset: true })

export const endedGrants = component('EndedGrants', z.object({ count: z.int() }))

export const newOrganization = component('NewOrganization', NEW_ORGANIZATION)
export const organizationChange = component('OrganizationChange', z.strictObject({ name: text(100) }))
export const organization = component(
  'Organization',
  z.object({ slug: z.string(), name: z.string(), created_at: instant }),
)
export const organizationList = listOf('OrganizationList', organization)

const secret = z
  .string()
  .nullable()
  .exactOptional()
  .meta({ writeOnly: true })
  .describe('The secret itself. Left out, what is stored stays; `null` removes it.')
const readOnly = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  schema.meta({ readOnly: true }).describe(description)
const warnings = readOnly(
  z.array(z.string()).exactOptional(),
  'In the answer to a change: what it leads to that might not be meant.',
)
const isStored = readOnly(z.boolean(), 'Whether a secret is stored.')

/** Members that only answers have: what was read can be sent back. */
export const READ_ONLY = {
  connection: {
    has_client_secret: isStored,
    callback_url: readOnly(z.string(), 'To enter at the identity provider.'),
    has_scim_token: readOnly(z.boolean(), 'Whether its identity provider may provision users.'),
    signals_url: readOnly(z.string(), 'Where a Shared Signals transmitter pushes to, see `signals`.'),
    backchannel_logout_url: readOnly(z.string(), 'The same, so that who signs out there is signed out here.'),
    jwks_url: readOnly(
      z.string().exactOptional(),
      'Our public keys, to enter at the identity provider, where `token_endpoint_auth_method` is `private_key_jwt`.',
    ),
    saml_metadata_url: readOnly(z.string(), 'Our SAML metadata, to enter at the identity provider.'),
    certificate_ends: readOnly(
      instant.exactOptional(),
      'When the first certificate ends that logins depend on, as far as it has been seen.',
    ),
    warnings,
  },
  server: {
    has_resource_secret: isStored,
    has_registration_token: isStored,
    issuer: readOnly(z.string(), 'Of its tokens. Never changes.'),
    warnings,
  },
  client: { has_client_secret: isStored, warnings },
}

const lockOut = (saves: string) =>
  z.boolean().exactOptional().meta({ writeOnly: true }).describe(`${saves} of the last 30 days.`)
const inAddress = z.string().exactOptional().describe('As in the address.')
const ofTypes = (change: (shape: z.core.$ZodLooseShape) => z.core.$ZodLooseShape) => {
  const [first, ...others] = CONNECTION.options.map((option) => z.object(change(wireShape(option))))
  if (!first) throw new Error('connections have no type')
  return z.discriminatedUnion('type', [first, ...others])
}
export const connectionBody = component(
  'ConnectionInput',
  ofTypes((shape) => ({
    ...shape,
    slug: inAddress,
    ...('client_secret' in shape && { client_secret: secret }),
    ...('scim_groups' in shape && {
      allow_lock_out: lockOut(
        'Saves `scim_groups` also where access rules then refuse every user, or an operator who writes them,',
      ),
    }),
  })),
)
export const connection = component(
  'Connection',
  ofTypes((shape) => {
    const { client_secret: _hidden, ...fields } = shape
    const { has_client_secret, warnings, ...others } = READ_ONLY.connection
    const { backchannel_logout_url, jwks_url, saml_metadata_url, ...ofProviders } = others
    return {
      ...fields,
      has_client_secret,
      warnings,
      // Platform accounts alone have no provider.
      ...('signals' in fields && ofProviders),
      ...('issuer' in fields && { backchannel_logout_url }),
      ...('token_endpoint_auth_method' in fields && { jwks_url }),
      ...('sign_requests' in fields && { saml_metadata_url }),
    }
  }),
)
export const connectionList = listOf('ConnectionList', connection)

const { clients: _, resource_secret: __, ...serverShape } = wireShape(SERVER)
export const serverBody = component(
  'ServerInput',
  z.object({
    ...serverShape,
    slug: inAddress,
    resource_secret: secret,
    allow_lock_out: lockOut(
      'Saves `access` and `scopes` also where they refuse every user, or an operator who writes them,',
    ),
  }),
)
export const server = component('Server', z.object({ ...serverShape, ...READ_ONLY.server }))
export const serverList = listOf('ServerList', server)

const { client_secret: ___, ...clientShape } = wireShape(CLIENT)
export const clientBody = component(
  'ClientInput',
  z.object({ ...clientShape, client_id: inAddress, client_secret: secret }),
)
export const client = component('Client', z.object({ ...clientShape, ...READ_ONLY.client }))
export const clientList = listOf('ClientList', client)

export const newApiKey = component(
  'NewApiKey',
  z.strictObject({
    name: text(100),
    role: z.enum(ROLES).describe('May not do more than the key that makes it.'),
    expires_at: instant.exactOptional(),
  }),
)
const apiKeyShape = {
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  created_by: z.string(),
  created_at: instant,
  expires_at: instant.exactOptional(),
  last_used_at: instant.exactOptional(),
}
export const apiKey = component('ApiKey', z.object(apiKeyShape))
export const createdApiKey = component(
  'CreatedApiKey',
  z.object({ ...apiKeyShape, key: z.string().describe('The key itself. It is never shown again.') }),
)
export const apiKeyList = listOf('ApiKeyList', apiKey)

/** Of links that are made. */
export const sentTo = z
  .string()
  .exactOptional()
  .describe('Where a mail with the link is on its way to; absent: pass it on.')

const memberSchema = component(
  'Member',
  z.object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    has_two_factor: z.boolean(),
    since: instant,
  }),
)
export const memberList = listOf('MemberList', memberSchema)
export const member = memberSchema
export const memberChange = component(
  'MemberChange',
  z.strictObject({ role: z.enum(ROLES).describe('May not do more than the key that gives it.') }),
)

const invitationShape = {
  id: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  expires_at: instant,
  created_by: z.string(),
}
export const invitation = component('Invitation', z.object(invitationShape))
export const invitationList = listOf('InvitationList', invitation)
export const createdInvitation = component(
  'CreatedInvitation',
  z.object({
    ...invitationShape,
    link: z.string().describe('To be passed on, where no mail is sent. It is never shown again.'),
    sent_to: sentTo,
  }),
)
export const newInvitation = component(
  'NewInvitation',
  z.strictObject({
    email: text(254),
    role: z.enum(ROLES).describe('May not do more than the key that invites.'),
  }),
)

const colour = (what: string) => z.string().exactOptional().describe(`${what}: #rrggbb.`)
const brandShape = {
  name: z.string().exactOptional().describe("Stands above the consent page's card."),
  accent: colour('For light surfaces'),
  accent_dark: colour('For dark ones; the nearest to `accent` that can be read there when it is left out'),
  corner_radius: z.int().exactOptional().describe('Pixels, 0 to 24.'),
  terms_url: z.string().exactOptional().describe('An https address.'),
  privacy_url: z.string().exactOptional().describe('An https address.'),
  support: z.string().exactOptional().describe('An email address, or the https address of a page.'),
}
export const brandingBody = component(
  'BrandingInput',
  z.strictObject({
    ...brandShape,
    logo: z
      .string()
      .nullable()
      .exactOptional()
      .meta({ writeOnly: true })
      .describe('PNG, JPEG or WebP in base64. Left out, what is stored stays; `null` removes it.'),
  }),
)
export const branding = component('Branding', z.object({ ...brandShape, has_logo: z.boolean() }))

export const problem = component(
  'Problem',
  z.object({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    permission: z
      .enum(PERMISSIONS.map(permissionName))
      .exactOptional()
      .describe('The one that the key lacks.'),
    errors: z
      .array(
        z.object({
          pointer: z.string().exactOptional().describe('JSON Pointer into the body.'),
          parameter: z.string().exactOptional(),
          detail: z.string(),
        }),
      )
      .exactOptional(),
  }),
)
