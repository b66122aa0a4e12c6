import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Account, canEnter, isRoot, unprivilegedAccount } from './account'

/** Where things are, all absolute. `home` is in `DATA_DIR`; `base` is the same or a private directory outside. */
export type Places = {
  readonly home: string
  readonly base: string
  readonly cluster: string
  /** Whom the server runs as; `undefined`: the same user as this process. */
  readonly account: Account | undefined
}

/** Makes `{dataDir}/postgres`, which holds the lock, the users, the password and the log. */
export function prepareHome(dataDir: string): string {
  // As root the server runs as another user, who must be able to traverse these directories, but not to list them.
  const mode = isRoot() ? 0o711 : 0o700
  mkdirSync(dataDir, { recursive: true, mode })
  const home = path.join(realpathSync(dataDir), 'postgres')
  if (!existsSync(home)) {
    mkdirSync(path.join(home, 'users'), { recursive: true })
    chmodSync(home, mode)
  }
  giveToOwner(home, home)
  giveToOwner(home, path.join(home, 'users'))
  return home
}

/** Hands what root made in `home` to the owner of `DATA_DIR`, so that a later start without sudo can go on. */
export function giveToOwner(home: string, file: string): void {
  if (!isRoot()) return
  const { uid, gid } = statSync(path.dirname(home))
  if (uid !== 0 && statSync(file).uid !== uid) chownSync(file, uid, gid)
}

/** Writes a file that is there either whole or not at all, also for a reader in another process. */
export function writeWhole(file: string, content: string, mode: number): void {
  writeFileSync(`${file}.new`, content, { mode, flush: true })
  renameSync(`${file}.new`, file)
}

/**
 * Decides where the cluster lives and whom its server runs as. To be called under the lock.
 *
 * @throws Error when the cluster is not where `DATA_DIR` says, or belongs to another user
 */
export function findPlaces(home: string): Places {
  const base = recordedBase(home)
  const existing = base ?? home
  const cluster = path.join(existing, 'cluster')
  if (existsSync(cluster)) return { home, base: existing, cluster, account: ownerOf(cluster, existing) }
  if (!isRoot()) return { home, base: home, cluster, account: undefined }
  const account = unprivilegedAccount(path.dirname(home))
  const chosen = base ?? (canHold(home, account) ? home : makeOutside(home, account))
  return { home, base: chosen, cluster: path.join(chosen, 'cluster'), account }
}

function ownerOf(cluster: string, base: string): Account | undefined {
  const { uid, gid } = statSync(cluster)
  if (!isRoot()) {
    if (uid === process.getuid?.()) return undefined
    throw new Error(
      `The embedded PostgreSQL in ${cluster} belongs to user ${uid}: start as root or as that user, or set DATABASE_URL`,
    )
  }
  if (!canEnter({ uid, gid }, base)) {
    throw new Error(
      `User ${uid}, whom the embedded PostgreSQL runs as, can no longer reach ${cluster}: ` +
        'allow it to enter the directories above (chmod o+x), or set DATABASE_URL',
    )
  }
  return { uid, gid }
}

function recordedBase(home: string): string | undefined {
  const pointer = path.join(home, 'location')
  if (!existsSync(pointer)) return undefined
  const base = readFileSync(pointer, 'utf8').trim()
  if (!existsSync(base)) {
    throw new Error(
      `The data of the embedded PostgreSQL lay in ${base}, which is gone. ` +
        `Delete ${pointer} to begin with an empty database, or set DATABASE_URL`,
    )
  }
  const usedBy = readFileSync(path.join(base, 'used-by'), 'utf8').trim()
  if (usedBy === home) return base
  // The pointer came here with a copy of DATA_DIR, and the original still uses the place: a copy gets its own.
  if (readIfThere(path.join(usedBy, 'location')) === base) return undefined
  writeWhole(path.join(base, 'used-by'), home, 0o600)
  return base
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}

/** Whether the account reaches `directory` and can own something in it (some mounted file systems refuse that). */
function canHold(directory: string, account: Account): boolean {
  if (!canEnter(account, directory)) return false
  const probe = mkdtempSync(path.join(directory, 'probe-'))
  try {
    chownSync(probe, account.uid, account.gid)
    const { uid, mode } = statSync(probe)
    return uid === account.uid && (mode & 0o777) === 0o700
  } catch {
    return false
  } finally {
    rmdirSync(probe)
  }
}

/** A directory outside, root's own, in which others can reach what they know the name of and are let into. */
function makeOutside(home: string, account: Account): string {
  const temporary = realpathSync(tmpdir())
  const isTemporary = home.startsWith(temporary + path.sep)
  // The system clears its temporary directory, so only data that was temporary from the start goes there first.
  for (const parent of isTemporary ? [temporary, '/var/lib'] : ['/var/lib', temporary]) {
    if (!existsSync(parent) || !canEnter(account, parent)) continue
    try {
      const base = realpathSync(mkdtempSync(path.join(parent, 'vestibule-postgres-')))
      chmodSync(base, 0o711)
      if (!canHold(base, account)) continue
      writeWhole(path.join(base, 'used-by'), home, 0o600)
      writeWhole(path.join(home, 'location'), base, 0o600)
      return base
    } catch {
      // Read-only or full: the next one.
    }
  }
  throw new Error(
    `Found no directory for the embedded PostgreSQL that user ${account.uid} can reach: set DATABASE_URL`,
  )
}
