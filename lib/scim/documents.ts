/** What a provisioning client may ask about the service (RFC 7644 §4). */
import { GROUP } from './groups'
import { USER } from './user-resource'

const META = 'urn:ietf:params:scim:schemas:core:2.0:'

const list = <Resource>(resources: readonly Resource[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: resources.length,
  startIndex: 1,
  itemsPerPage: resources.length,
  Resources: resources,
})

const serviceProviderConfig = (base: string) => ({
  schemas: [`${META}ServiceProviderConfig`],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: 200 },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Bearer token',
      description: 'The token that the console shows once, beside the connection.',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
})

const resourceTypes = (base: string) =>
  [
    { name: 'User', schema: USER },
    { name: 'Group', schema: GROUP },
  ].map(({ name, schema }) => ({
    schemas: [`${META}ResourceType`],
    id: name,
    name,
    endpoint: `/${name}s`,
    schema,
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
  }))

/** An attribute with one value (RFC 7643 §7). */
const attribute = (name: string, type: string, more: object = {}) => ({
  name,
  type,
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...more,
})

const text = (name: string, more: object = {}) => attribute(name, 'string', more)

const complex = (name: string, subAttributes: readonly object[], more: object = {}) =>
  attribute(name, 'complex', { subAttributes, ...more })

const schemas = (base: string) =>
  [
    {
      id: USER,
      name: 'User',
      attributes: [
        text('userName', { required: true, uniqueness: 'server' }),
        text('externalId', { caseExact: true }),
        complex('name', [text('formatted'), text('familyName'), text('givenName')]),
        text('displayName'),
        attribute('active', 'boolean'),
        complex('emails', [text('value'), text('type'), attribute('primary', 'boolean')], {
          multiValued: true,
        }),
      ],
    },
    {
      id: GROUP,
      name: 'Group',
      attributes: [
        text('displayName', { required: true }),
        text('externalId', { caseExact: true }),
        complex('members', [text('value'), text('display'), text('$ref')], { multiValued: true }),
      ],
    },
  ].map((schema) => ({
    schemas: [`${META}Schema`],
    ...schema,
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema.id}` },
  }))

/**
 * One of the documents, or of their lists.
 *
 * @returns null when there is none of this name
 */
export function findScimDocument(kind: string, id: string | undefined, base: string): object | null {
  if (kind === 'ServiceProviderConfig') return id === undefined ? serviceProviderConfig(base) : null
  const all: readonly { readonly id: string }[] | null =
    kind === 'ResourceTypes' ? resourceTypes(base) : kind === 'Schemas' ? schemas(base) : null
  if (!all || id === undefined) return all && list(all)
  return all.find((one) => one.id === id) ?? null
}
