import path from 'node:path'
import { readNamedFile } from './schema/named-file'
import type { SecretInput } from './schema/values'

/** Bytes. A certificate with its chain is smaller. */
const SECRET_MAX_BYTES = 1024 * 1024

/** Where `env:NAME` and `file:path` look. */
export type SecretSources = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The directory that file paths are relative to: the configuration file's own. Absent: no file is read. */
  readonly directory?: string
}

const ENV = /^env:([A-Za-z_][A-Za-z0-9_]*)$/
const FILE = /^file:(.+)$/s

/**
 * A secret of a configuration file, given as a reference; without a trailing line break. Messages name the reference,
 * never what it leads to; a literal secret is not quoted either.
 */
export function secretReference(reference: unknown, sources: SecretSources): SecretInput {
  if (typeof reference !== 'string') return { wrong: { code: 'not_quoted_text' } }
  return resolve(reference, sources)
}

function resolve(reference: string, { env, directory }: SecretSources): SecretInput {
  const name = ENV.exec(reference)?.[1]
  if (name) {
    const value = env[name]
    if (value) return { set: withoutLineBreak(value) }
    return { wrong: { code: value === '' ? 'variable_empty' : 'variable_not_set', params: { name } } }
  }
  const file = FILE.exec(reference)?.[1]
  if (!file || directory === undefined) return { wrong: { code: 'secret_in_file' } }
  try {
    const content = readNamedFile(path.resolve(directory, file), SECRET_MAX_BYTES, { pipes: true })
    if (!content) return { wrong: { code: 'file_too_large', params: { count: SECRET_MAX_BYTES / 1024 } } }
    return { set: withoutLineBreak(content.toString()) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const params = { file: path.resolve(directory, file), error: code ?? 'unknown error' }
    return { wrong: { code: code === 'ENOENT' ? 'secret_file_missing' : 'secret_file_unreadable', params } }
  }
}

function withoutLineBreak(value: string): string {
  return value.replace(/\r?\n$/, '')
}
