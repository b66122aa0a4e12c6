import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { buildSync } from 'esbuild'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { developmentKeys, keyring, MissingKey } from './keyring'

const key = (fill: number) => Buffer.alloc(32, fill)

describe('keyring', () => {
  const ring = keyring([
    { id: 'new', key: key(2) },
    { id: 'old', key: key(1) },
  ])

  it('seals with the first key and knows them all', () => {
    expect(ring.currentId).toBe('new')
    expect([ring.has('new'), ring.has('old'), ring.has('other')]).toEqual([true, true, false])
  })

  it('derives a 256-bit key of its own for every purpose and id', () => {
    const derived = [
      ring.derive('new', 'seal'),
      ring.derive('new', 'other'),
      ring.derive('old', 'seal'),
      ring.derive('old', 'other'),
    ]
    expect(new Set(derived.map((bytes) => bytes.toString('hex'))).size).toBe(4)
    expect(derived.every((bytes) => bytes.length === 32)).toBe(true)
    expect(derived.some((bytes) => bytes.equals(key(1)) || bytes.equals(key(2)))).toBe(false)
  })

  it('derives the same key again, in another process too', () => {
    const other = keyring([{ id: 'new', key: key(2) }])
    expect(other.derive('new', 'seal')).toEqual(ring.derive('new', 'seal'))
    expect(ring.derive('new', 'seal')).toBe(ring.derive('new', 'seal'))
  })

  it('says which key is missing', () => {
    expect(() => ring.derive('other', 'seal')).toThrow(MissingKey)
    expect(() => ring.derive('other', 'seal')).toThrow(/VESTIBULE_KEYS has no key "other"/)
    expect(new MissingKey(['a', 'b']).message).toContain('no key "a" and no key "b"')
    expect(new MissingKey(['a']).message).not.toContain('DATA_DIR')
    expect(new MissingKey(['development']).message).toContain('development-key in DATA_DIR')
  })

  it('needs a key', () => {
    expect(() => keyring([])).toThrow()
  })
})

describe('developmentKeys', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'vestibule-keys-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('makes a random key at the first use, which only its owner may read, and keeps it', () => {
    const dataDir = path.join(directory, 'made', 'on', 'the', 'way')
    const [first] = developmentKeys(dataDir)
    expect(first?.id).toBe('development')
    expect(first?.key).toHaveLength(32)
    expect(developmentKeys(dataDir)).toEqual([first])
    expect(statSync(path.join(dataDir, 'development-key')).mode & 0o777).toBe(0o600)
    expect(readdirSync(dataDir)).toEqual(['development-key'])
    expect(developmentKeys(path.join(directory, 'another'))[0]?.key).not.toEqual(first?.key)
  })

  it('gives the same key to all who start at once', async () => {
    const [dataDir, bundle] = [path.join(directory, 'data'), path.join(directory, 'keyring.mjs')]
    buildSync({
      entryPoints: ['lib/crypto/keyring.ts'],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
    })
    const keys = await Promise.all(Array.from({ length: 8 }, () => keyOfThread(dataDir, bundle)))
    expect(new Set(keys).size).toBe(1)
    expect(readdirSync(dataDir)).toEqual(['development-key'])
  })

  it('refuses a file that holds no key, rather than to seal with what is there', () => {
    const file = path.join(directory, 'development-key')
    writeFileSync(file, 'too short')
    chmodSync(file, 0o600)
    expect(() => developmentKeys(directory)).toThrow(/does not hold a 256-bit key/)
    expect(readFileSync(file, 'utf8')).toBe('too short')
  })
})

/** The key that a thread of its own gets, which starts together with others. */
function keyOfThread(dataDir: string, bundle: string): Promise<string> {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads')
    import(workerData.bundle).then(({ developmentKeys }) =>
      parentPort.postMessage(developmentKeys(workerData.dataDir)[0].key.toString('base64')))`
  const worker = new Worker(program, { eval: true, workerData: { dataDir, bundle } })
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
}
