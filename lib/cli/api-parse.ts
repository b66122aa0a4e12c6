import { parseArgs } from 'node:util'
import { API_COMMANDS, type ApiCommand, operandsOf } from './api-commands'
import { UsageError } from './arguments'

/** One request to the API, as the command line asks for it. */
export type ApiRequest = {
  readonly command: ApiCommand
  /** Under `/api/v1`. */
  readonly path: string
  /** Members of the body that were given as options. */
  readonly members: Readonly<Record<string, string>>
  /** Where the body is, otherwise. */
  readonly file?: string
  readonly json: boolean
}

const OPTIONS = {
  file: { type: 'string', short: 'f' },
  name: { type: 'string' },
  role: { type: 'string' },
  email: { type: 'string' },
  expires: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
} as const

/** Whether the arguments are for the API at all. */
export function isApiCommand([noun]: readonly string[]): boolean {
  return API_COMMANDS.some((command) => command.noun === noun)
}

/**
 * Reads a command for the API.
 *
 * @throws UsageError
 */
export function parseApiCommand(args: readonly string[]): ApiRequest {
  const { values, positionals } = read(args)
  const [noun, verb = 'list', ...operands] = positionals
  const command = API_COMMANDS.find((known) => known.noun === noun && known.verb === verb)
  if (!command) {
    const verbs = API_COMMANDS.filter((known) => known.noun === noun).map((known) => known.verb)
    throw new UsageError(`${noun} is followed by ${verbs.join(' or ')}`)
  }
  const { file, json = false, help: _, ...given } = values
  const wanted = operandsOf(command)
  if (operands.length !== wanted.length)
    throw new UsageError(
      `${noun} ${verb} takes ${wanted.map((name) => name.toUpperCase()).join(' ') || 'no operand'}`,
    )
  const named = Object.fromEntries(wanted.map((name, i) => [name, operands[i] ?? '']))
  const slug = named.slug === undefined ? {} : { slug: named.slug }
  return {
    command,
    path: command.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(named[name] ?? '')),
    members: { ...slug, ...membersOf(command, given) },
    ...fileOf(command, file),
    json,
  }
}

function membersOf(
  { takes = [], noun, verb }: ApiCommand,
  given: Readonly<Partial<Record<'name' | 'role' | 'email' | 'expires', string>>>,
): Readonly<Record<string, string>> {
  for (const option of Object.keys(given))
    if (!takes.some((taken) => taken === option)) throw new UsageError(`${noun} ${verb} takes no --${option}`)
  const missing = takes.find((option) => option !== 'expires' && given[option] === undefined)
  if (missing) throw new UsageError(`${noun} ${verb} needs --${missing}`)
  const { expires, ...rest } = given
  return { ...rest, ...(expires !== undefined && { expires_at: expires }) }
}

function fileOf({ takesFile, noun, verb }: ApiCommand, file: string | undefined): { readonly file?: string } {
  if (takesFile && file === undefined) throw new UsageError(`${noun} ${verb} needs a file: -f entry.json`)
  if (!takesFile && file !== undefined) throw new UsageError(`${noun} ${verb} takes no --file`)
  return file === undefined ? {} : { file }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the arguments cannot be read')
  }
}
