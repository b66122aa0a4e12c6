import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

/** Where `env:NAME` and `file:path` look. */
export type SecretSources = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The directory that file paths are relative to: the configuration file's own. */
  readonly directory: string
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
  if (!file) return { mistake: `a secret must not stand in the file: ${HOW}` }
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
