import { newId } from '@/lib/store/database/ids'
import type { OrganizationScope } from '../access'
import { NotFound } from '../access'
import {
  changeConfiguration,
  type Entry,
  InvalidInput,
  type OrganizationDocument,
  withEntry,
} from '../configuration/change-configuration'
import type { Mistake } from '../configuration/mistakes'
import type { Management } from '../management/management'
import { type ConnectionView, findConnection } from './view'

/**
 * A connection as a configuration file has it, in wire names; `client_secret` is the secret itself. What is
 * `undefined` counts as absent.
 */
export type ConnectionInput = Entry

export type ConnectionChange = {
  readonly connection: ConnectionView
  /** What the change brings about that somebody may not expect. */
  readonly warnings: readonly string[]
}

/** What stands for a typed secret in the document. */
const TYPED = 'TYPED_CLIENT_SECRET'

/** An id for a connection to come, so that its callback URL can be registered before it is saved. */
export const newConnectionId = (): string => newId()

/**
 * @param input `slug` and `id` are made where they are absent
 * @throws Forbidden
 * @throws InvalidInput with paths relative to the connection: `['issuer']`
 */
export async function createConnection(
  scope: OrganizationScope,
  input: ConnectionInput,
  management: Management,
): Promise<ConnectionChange> {
  const { entry, secrets } = withoutSecret(input)
  let slug = ''
  const edit = (organization: OrganizationDocument) => {
    slug = typeof entry.slug === 'string' ? entry.slug : slugFor(entry.name, organization)
    if (organization.connections?.some((other) => other.slug === slug))
      throw new InvalidInput([{ path: ['slug'], message: 'another connection has this short name' }])
    return { ...organization, connections: withEntry(organization.connections, 'slug', { ...entry, slug }) }
  }
  return change(scope, edit, () => slug, secrets, management)
}

/**
 * Changes what `changes` names; `null` takes a value away, so that its default counts. Without `client_secret` the
 * stored one stays.
 *
 * @throws Forbidden, NotFound
 * @throws InvalidInput with paths relative to the connection
 */
export async function updateConnection(
  scope: OrganizationScope,
  slug: string,
  changes: ConnectionInput,
  management: Management,
): Promise<ConnectionChange> {
  const { entry, secrets } = withoutSecret(changes)
  const edit = (organization: OrganizationDocument) => {
    const before = organization.connections?.find((other) => other.slug === slug)
    if (!before) throw new NotFound('connection')
    const after = merged(before, { ...entry, slug })
    return { ...organization, connections: withEntry(organization.connections, 'slug', after) }
  }
  return change(scope, edit, () => slug, secrets, management)
}

async function change(
  scope: OrganizationScope,
  edit: (organization: OrganizationDocument) => OrganizationDocument,
  slug: () => string,
  secrets: Readonly<Record<string, string>>,
  management: Management,
): Promise<ConnectionChange> {
  let index = -1
  const noting = (organization: OrganizationDocument) => {
    const edited = edit(organization)
    index = edited.connections?.findIndex((entry) => entry.slug === slug()) ?? -1
    return edited
  }
  try {
    const { warnings } = await changeConfiguration(scope, noting, secrets, management)
    return { connection: await findConnection(scope, slug(), management), warnings }
  } catch (error) {
    throw error instanceof InvalidInput
      ? new InvalidInput(error.mistakes.map((mistake) => relative(mistake, index)))
      : error
  }
}

function relative(mistake: Mistake, index: number): Mistake {
  const [list, at, ...path] = mistake.path
  return list === 'connections' && at === index ? { ...mistake, path } : mistake
}

function withoutSecret(input: ConnectionInput): { entry: Entry; secrets: Readonly<Record<string, string>> } {
  const { client_secret: secret, ...rest } = input
  const entry = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  if (secret === undefined || secret === '') return { entry, secrets: {} }
  if (secret === null) return { entry: { ...entry, client_secret: null }, secrets: {} }
  return { entry: { ...entry, client_secret: `env:${TYPED}` }, secrets: { [TYPED]: String(secret) } }
}

function merged(before: Entry, changes: Entry): Entry {
  const all = { ...before, ...changes }
  // A public client has no secret: the stored one goes with the change.
  const isPublic = changes.token_endpoint_auth_method === 'none' && changes.client_secret === undefined
  const gone = isPublic ? 'client_secret' : undefined
  return Object.fromEntries(Object.entries(all).filter(([key, value]) => value !== null && key !== gone))
}

/** From a name for people: "Acme Login (EU)" becomes `acme-login-eu`, with a number where that is taken. */
function slugFor(name: unknown, { connections = [] }: OrganizationDocument): string {
  const words = String(name ?? '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
  const base = words.slice(0, 50).replace(/^-+|-+$/g, '') || 'connection'
  const taken = new Set(connections.map(({ slug }) => slug))
  for (let count = 1; ; count++) {
    const slug = count === 1 ? base : `${base}-${count}`
    if (!taken.has(slug)) return slug
  }
}
