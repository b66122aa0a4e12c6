import { readFileSync, realpathSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'

/** Whom the server runs as. */
export type Account = { readonly uid: number; readonly gid: number }

const READ = 4
const EXECUTE = 1

/** Whether this process is root, as whom PostgreSQL refuses to run. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/**
 * The unprivileged account that owns a new cluster when we are root: the owner of `dataDir` if that is an ordinary user
 * of this machine (then a later start without sudo works on the same data), else `nobody`. initdb needs an account that
 * the system knows by name.
 */
export function unprivilegedAccount(dataDir: string): Account {
  const known = accounts()
  const { uid, gid } = statSync(dataDir)
  if (uid !== 0 && known.some((account) => account.uid === uid)) return { uid, gid }
  return known.find(({ name }) => name === 'nobody') ?? { uid: 65534, gid: 65534 }
}

/** Whether the account may enter the directory, going through every directory above it. */
export function canEnter(account: Account, directory: string): boolean {
  const real = realpathSync(directory)
  const above = path.dirname(real)
  return allows(account, statSync(real), EXECUTE) && (above === real || canEnter(account, above))
}

/** Whether the account may read the file or directory itself (not whether it gets there). */
export function canRead(account: Account, file: string): boolean {
  return allows(account, statSync(file), READ)
}

function allows(account: Account, stat: Stats, bit: number): boolean {
  const shift = stat.uid === account.uid ? 6 : stat.gid === account.gid ? 3 : 0
  return ((stat.mode >> shift) & bit) !== 0
}

function accounts(): (Account & { readonly name: string })[] {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  return lines.flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    // `nobody` is -2 on macOS: the same number as an unsigned one.
    return name && uid && gid ? [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }] : []
  })
}
