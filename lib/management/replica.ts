import type { Database } from '@/lib/store/database/database'

/** A database, and perhaps a copy of it that is some time behind. */
export type Replicated = { readonly db: Database; readonly replica?: Database | undefined }

/**
 * Reads what is shown and decides nothing, from the replica where there is one. What fails there, because it is down, too
 * far behind or in conflict with what it follows, is read from the database itself.
 *
 * @throws what `read` throws on the database
 */
export async function readBehind<T>(
  { db, replica }: Replicated,
  read: (db: Database) => Promise<T>,
): Promise<T> {
  if (replica) {
    try {
      return await read(replica)
    } catch {
      // It fails again below if that is not the replica's fault.
    }
  }
  return read(db)
}
