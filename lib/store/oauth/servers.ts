import { and, eq, getTableColumns, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { organizations } from '@/drizzle/schema/organizations'
import { type StoredSettings, servers } from '@/drizzle/schema/servers'
import type { Server } from '@/lib/oauth/model'
import type { Servers } from '@/lib/oauth/ports/ports'
import { omitNullish, type WithoutNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

const {
  resourceOrigin: _,
  createdAt: __,
  updatedAt: ___,
  deletedAt: ____,
  version: _______,
  ...configured
} = getTableColumns(servers)

/** The columns of what operators configure. */
export const configuredColumns = configured

const { host: _____, isDefault: ______, ...model } = configured

/** The columns that make up the model's server. */
export const serverColumns = model

/** A row as the model has it: with the settings that have no column, and without nulls. */
export function serverOf<Row extends { readonly settings: StoredSettings }>({ settings, ...row }: Row) {
  return { ...settings, ...omitNullish(row) } as WithoutNullish<Omit<Row, 'settings'>>
}

/** The settings of a row that have no column of their own. */
export const settingsOf = (row: Server): StoredSettings =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !(name in configuredColumns)))

/** Servers in Postgres. */
export function serverStore(db: Database): Servers {
  const byIssuer = db
    .select(serverColumns)
    .from(servers)
    .where(and(eq(servers.issuer, sql.placeholder('issuer')), isNull(servers.deletedAt)))
    .prepare('server_by_issuer')
  const list = async (where: SQL, ...order: readonly PgColumn[]): Promise<Server[]> =>
    (
      await db
        .select(serverColumns)
        .from(servers)
        .where(and(where, isNull(servers.deletedAt)))
        .orderBy(...order, servers.slug)
    ).map(serverOf)
  return guarded({
    async findByIssuer(issuer) {
      const [row] = await byIssuer.execute({ issuer })
      return row ? serverOf(row) : null
    },
    find: async (id) => (await list(eq(servers.id, id)))[0] ?? null,
    // The oldest first, so that a later server with another one's resource does not take precedence.
    listByResourceOrigin: (origin) => list(eq(servers.resourceOrigin, origin), servers.createdAt),
  } satisfies Servers)
}

/** The server that an operator names, also one that was deleted; null when there was none of this slug. */
export async function findServerBySlug(
  db: Database,
  slug: string,
): Promise<{ readonly id: string; readonly issuer: string } | null> {
  const { find } = guarded({
    async find() {
      const place = { id: servers.id, issuer: servers.issuer }
      const [row] = await db.select(place).from(servers).where(eq(servers.slug, slug))
      return row ?? null
    },
  })
  return find()
}

/** Whose server the one with this slug is; null when there is none. */
export async function findServerOwner(
  db: Database,
  slug: string,
): Promise<{ readonly organizationId: string; readonly organization: string } | null> {
  const { find } = guarded({
    async find() {
      const [row] = await db
        .select({ organizationId: organizations.id, organization: organizations.slug })
        .from(servers)
        .innerJoin(organizations, eq(organizations.id, servers.organizationId))
        .where(and(eq(servers.slug, slug), isNull(servers.deletedAt)))
      return row ?? null
    },
  })
  return find()
}

/**
 * Whether any server but the one with this slug is configured, whether one of those is the default, and whether the one
 * with this slug was deleted.
 */
export async function findServersBeside(
  db: Database,
  slug: string,
): Promise<{ readonly any: boolean; readonly isDefaultTaken: boolean; readonly isDeleted: boolean }> {
  const [any, taken, deleted] = await Promise.all([
    db
      .select({ id: servers.id })
      .from(servers)
      .where(and(ne(servers.slug, slug), isNull(servers.deletedAt)))
      .limit(1),
    db
      .select({ id: servers.id })
      .from(servers)
      .where(and(ne(servers.slug, slug), servers.isDefault)),
    db
      .select({ id: servers.id })
      .from(servers)
      .where(and(eq(servers.slug, slug), isNotNull(servers.deletedAt))),
  ])
  return { any: any.length > 0, isDefaultTaken: taken.length > 0, isDeleted: deleted.length > 0 }
}

/**
 * Moves a server to another issuer. For the sandbox alone, whose clients and tokens may be lost; those of any other
 * server would be orphaned.
 */
export async function moveServer(
  db: Database,
  slug: string,
  place: { readonly issuer: string; readonly isDefault: boolean },
): Promise<void> {
  await db.update(servers).set(place).where(eq(servers.slug, slug))
}
