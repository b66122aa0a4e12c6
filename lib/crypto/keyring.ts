import { hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** The installation's 256-bit keys: the first one seals, all of them open. */
export type Keyring = {
  readonly currentId: string
  /** Of all keys, the current one first. */
  readonly ids: readonly string[]
  /**
   * A 256-bit key for one purpose (HKDF-SHA-256, RFC 5869), so that no key is used for two things.
   *
   * @throws MissingKey when no key has this id
   */
  derive(keyId: string, purpose: string): Buffer
  has(keyId: string): boolean
}

/** The id of the key that is generated where none is configured. */
const DEVELOPMENT = 'development'
const DEVELOPMENT_FILE = 'development-key'

/** Sealed data names keys that are not configured: they must not be guessed around. */
export class MissingKey extends Error {
  constructor(readonly keyIds: readonly string[]) {
    const names = keyIds.map((id) => `"${id}"`).join(' and no key ')
    const generated = keyIds.includes(DEVELOPMENT)
      ? ` The key "${DEVELOPMENT}" is what the file ${DEVELOPMENT_FILE} in DATA_DIR holds.`
      : ''
    super(
      `VESTIBULE_KEYS has no key ${names}, which sealed data needs: ` +
        `put back what is missing, behind the first one.${generated}`,
    )
    this.name = 'MissingKey'
  }
}

/** A key is not the one that has this id in the installation: whatever it sealed would not open. */
export class WrongKey extends Error {
  constructor(readonly keyIds: readonly string[]) {
    super(
      `VESTIBULE_KEYS has another key under ${keyIds.map((id) => `"${id}"`).join(' and ')} than the one that stored data is sealed with: put the right one back, and give a new key an id of its own.`,
    )
    this.name = 'WrongKey'
  }
}

/** @param keys the first one seals; at least one */
export function keyring(keys: readonly { readonly id: string; readonly key: Buffer }[]): Keyring {
  const [current] = keys
  if (!current) throw new Error('a keyring needs a key')
  const cache = new Map<string, Buffer>()
  return {
    currentId: current.id,
    ids: keys.map(({ id }) => id),
    has: (keyId) => keys.some(({ id }) => id === keyId),
    derive(keyId, purpose) {
      const name = `${keyId}\0${purpose}`
      const known = cache.get(name)
      if (known) return known
      const entry = keys.find(({ id }) => id === keyId)
      if (!entry) throw new MissingKey([keyId])
      const derived = Buffer.from(hkdfSync('sha256', entry.key, '', `vestibule ${purpose}`, 32))
      cache.set(name, derived)
      return derived
    },
  }
}

/**
 * The development key in `dataDir`, created at the first use. Two processes that start at once get the same one: the
 * finished file is linked into place, and the second process reads the file of the first.
 */
export function developmentKeys(dataDir: string): { id: string; key: Buffer }[] {
  const file = path.join(dataDir, DEVELOPMENT_FILE)
  mkdirSync(dataDir, { recursive: true })
  if (!existsSync(file)) {
    const draft = `${file}.${randomBytes(6).toString('hex')}`
    writeFileSync(draft, randomBytes(32).toString('base64'), { mode: 0o600 })
    try {
      linkSync(draft, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(draft)
    }
  }
  const key = Buffer.from(readFileSync(file, 'utf8'), 'base64')
  if (key.length !== 32)
    throw new Error(`${file} does not hold a 256-bit key: delete it, and with it all sealed data`)
  return [{ id: DEVELOPMENT, key }]
}
