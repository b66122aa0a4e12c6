import { eq, lte, sql } from 'drizzle-orm'
import { clientDocuments, clientLogos } from '@/drizzle/schema/client-documents'
import type { ClientLogos } from '@/lib/oauth/ports/brand'
import type { ClientDocuments } from '@/lib/oauth/ports/clients'
import { DOCUMENT_STALE_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { sweep } from '@/lib/store/database/sweep'

/** Documents of clients in Postgres. */
export function clientDocumentStore(db: Database): ClientDocuments {
  const { url, body, fetchedAt, freshUntil } = clientDocuments
  return guarded({
    async find(address) {
      const [row] = await db
        .select({ body, fetchedAt, freshUntil })
        .from(clientDocuments)
        .where(eq(url, address))
      return row ? { ...row, body: JSON.parse(row.body) } : null
    },
    async save(address, document) {
      const fetched = { ...document, body: JSON.stringify(document.body) }
      await db
        .insert(clientDocuments)
        .values({ url: address, ...fetched })
        .onConflictDoUpdate({
          target: url,
          set: fetched,
          setWhere: lte(fetchedAt, sql`excluded.fetched_at`),
        })
      const useless = new Date(document.fetchedAt.getTime() - DOCUMENT_STALE_LIFETIME * 1000)
      await db.execute(sql`with ${sweep(url, fetchedAt, useless, address)} select`)
    },
  } satisfies ClientDocuments)
}

/** Logos of clients in Postgres, beside the documents that name them. */
export function clientLogoStore(db: Database): ClientLogos {
  const { url, source, image, fetchedAt } = clientLogos
  return guarded({
    async find(clientId) {
      const [row] = await db
        .select({ body: clientDocuments.body, source, image, fetchedAt })
        .from(clientDocuments)
        .leftJoin(clientLogos, eq(url, clientDocuments.url))
        .where(eq(clientDocuments.url, clientId))
      const named: unknown = row && JSON.parse(row.body).logo_uri
      if (!row || typeof named !== 'string') return null
      if (row.source !== named || !row.fetchedAt) return { source: named, image: null }
      return { source: named, image: row.image, fetchedAt: row.fetchedAt }
    },
    async save(clientId, logo) {
      // The document may be gone by now.
      await db.execute(sql`
        insert into client_logos (url, source, image, fetched_at)
        select url, ${logo.source}, ${logo.image}, ${logo.fetchedAt.toISOString()}::timestamptz
        from client_documents where url = ${clientId} for key share
        on conflict (url) do update set source = excluded.source, image = excluded.image, fetched_at = excluded.fetched_at
      `)
    },
  } satisfies ClientLogos)
}
