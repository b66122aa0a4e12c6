import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'

/** Where `env:NAME` and `file:path` look. */
export type SecretSources = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The directory that file paths are relative to: the configuration file's own. Absent: no file is read. */
  readonly directory?: string
  /** What references to secrets stand for of which only a digest is stored: they stay as they are. */
  readonly digests?: Readonly<Record<string, string>>
}

const ENV = /^env:([A-Za-z_][A-Za-z0-9_]*)$/
const FILE = /^file:(.+)$/s

const HOW = 'give env:NAME, the name of an environment variable, or file:path, relative to this file'

/**
 * A secret of a configuration file, given as a reference. The parsed value is the secret itself, without a
 * trailing line break. Messages name the reference, never what it leads to; a literal secret is not quoted either.
 *
 * @param minimum characters; secrets that are stored only as a SHA-256 digest must be too long to be guessed
 */
export function secretReference(sources: SecretSources, minimum = 1) {
  return z.string().transform((reference, context) => {
    const found = resolve(reference, sources)
    const mistake = 'mistake' in found ? found.mistake : unsound(found.secret, minimum)
    if ('secret' in found && !mistake) return found.secret
    context.issues.push({ code: 'custom', message: mistake ?? HOW, input: undefined })
    return z.NEVER
  })
}

/**
 * A secret that is stored only as its digest. The parsed value is the digest.
 *
 * @param minimum characters: too long to be guessed
 */
export function digestReference(sources: SecretSources, minimum: number) {
  const reference = secretReference(sources, minimum)
  return z.string().transform((value, context) => {
    const kept = sources.digests?.[value]
    if (kept !== undefined) return kept
    const parsed = reference.safeParse(value)
    if (parsed.success) return hashSecret(parsed.data)
    for (const { message } of parsed.error.issues)
      context.issues.push({ code: 'custom', message, input: undefined })
    return z.NEVER
  })
}

function resolve(
  reference: string,
  { env, directory }: SecretSources,
): { secret: string } | { mistake: string } {
  const name = ENV.exec(reference)?.[1]
  if (name) {
    const value = env[name]
    if (value) return { secret: withoutLineBreak(value) }
    return { mistake: `the environment variable ${name} is ${value === '' ? 'empty' : 'not set'}: set it` }
  }
  const file = FILE.exec(reference)?.[1]
  if (!file || directory === undefined) return { mistake: `a secret must not stand in the file: ${HOW}` }
  try {
    return { secret: withoutLineBreak(readFileSync(path.resolve(directory, file), 'utf8')) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? 'unknown error'})`
    return { mistake: `the file ${path.resolve(directory, file)} ${problem}` }
  }
}

function unsound(secret: string, minimum: number): string | undefined {
  if (secret === '') return 'the secret is empty'
  // RFC 6749 appendix A.2: printable ASCII.
  if (!/^[\x20-\x7e]+$/.test(secret)) return 'the secret must be one line of printable ASCII characters'
  if (secret.length < minimum)
    return `the secret is shorter than ${minimum} characters: make one with openssl rand -hex 32`
  return undefined
}

function withoutLineBreak(value: string): string {
  return value.replace(/\r?\n$/, '')
}
