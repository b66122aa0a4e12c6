/** What an operator configures, as types that follow from the schemas. */
import { z } from 'zod'
import { BRAND } from './brand'
import { clientSchema } from './client'
import { connectionSchema } from './connection'
import { serverSchema } from './server'
import { slug, text } from './values'

/** @param loopback whether identity providers may be on this machine */
function organizationSchema(loopback: boolean) {
  return z.strictObject({
    slug,
    name: text(),
    connections: z.array(connectionSchema(loopback)).default([]),
    servers: z.array(serverSchema(loopback)).default([]),
  })
}

type OrganizationSchema = ReturnType<typeof organizationSchema>
type ServerSchema = ReturnType<typeof serverSchema>
type ConnectionSchema = ReturnType<typeof connectionSchema>

/** Read-only at every depth. */
export type Frozen<T> = unknown extends T
  ? T
  : T extends string | number | boolean | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Frozen<Item>[]
      : { readonly [Key in keyof T]: Frozen<T[Key]> }

export type KeyOf<T> = T extends unknown ? keyof T : never
type ValueOf<T, Key> = T extends unknown ? (Key extends keyof T ? T[Key] : never) : never

/** Every field of every member of a union, and none is required; `undefined` counts as absent. */
export type Loose<T> = { readonly [Key in KeyOf<T>]?: ValueOf<T, Key> | undefined }

/** As it is stored, with defaults filled in. */
export type ConnectionSettings = Frozen<z.output<ConnectionSchema>>
export type ClientSettings = Frozen<z.output<typeof clientSchema>>
export type ServerSettings = Frozen<z.output<ServerSchema>>
export type OrganizationSettings = Frozen<z.output<OrganizationSchema>>

/** Of an organization or a server, as a file has it. */
export type BrandSettings = Frozen<z.output<typeof BRAND>>

/** A connection of any type, with the fields of all. */
export type AnyConnection = {
  readonly [Field in KeyOf<ConnectionSettings>]?: NonNullable<ValueOf<ConnectionSettings, Field>>
}

/** As it is entered: nothing is checked yet, and what is absent gets its default. */
export type ConnectionInput = Loose<Frozen<z.input<ConnectionSchema>>>
export type ClientInput = Loose<Frozen<z.input<typeof clientSchema>>>
export type ServerInput = Omit<Loose<Frozen<z.input<ServerSchema>>>, 'clients'> & {
  readonly clients?: readonly ClientInput[] | undefined
}
export type OrganizationInput = Pick<OrganizationSettings, 'slug' | 'name'> & {
  readonly connections?: readonly ConnectionInput[]
  readonly servers?: readonly ServerInput[]
}

function makeSchemas(loopback: boolean) {
  const organization = organizationSchema(loopback)
  const connection = organization.shape.connections.unwrap().element
  return {
    organization,
    connection,
    server: organization.shape.servers.unwrap().element,
    client: clientSchema,
  }
}

const [local, remote] = [makeSchemas(true), makeSchemas(false)]

/** A configuration file, which says also how organizations and servers look. @param loopback as for {@link schemas} */
export function fileSchema(loopback: boolean) {
  const { organization, server } = schemas(loopback)
  const branding = BRAND.exactOptional()
  const servers = z.array(server.extend({ branding })).default([])
  return z.strictObject({ organizations: z.array(organization.extend({ branding, servers })) })
}

/** The schema of each kind. @param loopback whether identity providers may be on this machine */
export const schemas = (loopback: boolean) => (loopback ? local : remote)

/** For whom only the names of the fields count. */
export const { organization: ORGANIZATION, connection: CONNECTION, server: SERVER, client: CLIENT } = remote
