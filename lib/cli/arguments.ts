import { parseArgs } from 'node:util'

const OPERATOR_VERBS = ['invite', 'reset', 'promote', 'demote', 'disable'] as const
type OperatorVerb = (typeof OPERATOR_VERBS)[number]

/** What the command line asks for. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'apply' | 'diff'; readonly file: string }
  | { readonly name: 'export'; readonly output?: string }
  | { readonly name: 'timeline'; readonly reference: string }
  | { readonly name: 'events'; readonly server: string }
  | { readonly name: 'doctor'; readonly server: string; readonly json: boolean }
  | { readonly name: 'clean-up' }
  | { readonly name: 'operators list' }
  | { readonly name: `operators ${OperatorVerb}`; readonly verb: OperatorVerb; readonly who: string }
  | { readonly name: 'keys list'; readonly server: string }
  | { readonly name: 'keys rotate'; readonly server: string; readonly emergency: boolean }

/** The command line cannot be understood; `message` says why. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

export const USAGE = `Usage: npm run vestibule -- COMMAND

  apply -f FILE        creates or updates what the YAML file names; nothing is deleted
  diff -f FILE         shows what apply would do, and exits with 1 when it would do anything
  export [-o FILE]     writes the configuration as YAML, without secrets
  timeline REFERENCE   tells how a login went, by the reference that the error page shows
  events SERVER        shows the latest of a server's audit trail: revocations and why, tokens handed off,
                       refreshes at the identity provider that failed

  doctor SERVER        examines a server as its clients see it, and says what they stumble over and how to mend
                       it; Vestibule has to run; exits with 1 when there is a problem

  clean-up             removes what is over, as the server does every ten minutes, and tells how much it was

  keys list SERVER     shows the keys that sign a server's access tokens, by the server's slug
  keys rotate SERVER   gives the server a new signing key, which nobody notices: it is published first, and
                       signs a few minutes later

  operators list       shows the accounts of the console
  operators invite ADDRESS
                       makes a link with which somebody becomes an operator of the installation, for a day
  operators reset WHO  makes a link that replaces password, second factor and passkeys of an account, by its
                       address or id, signs it out, and enables it
  operators promote|demote|disable WHO
                       lets an account run the installation, or no longer, or lets it sign in no more; what it made
                       and may not have any more ends, and there is always one who runs the installation

  api-keys list|create|revoke --installation
                       manages the keys that programs reach every organization with, over the management API;
                       create takes --name NAME [--role ROLE] [--expires TIME], and shows the key once; revoke an id

  organizations, connections, servers, clients, api-keys, audit
                       ask a Vestibule that runs, over its management API; with --help, each tells how.
                       VESTIBULE_URL says where it is, VESTIBULE_API_KEY has the key; --json for programs
  completion bash|zsh  writes what completes these commands in your shell

  --now                of keys rotate, when a key may be stolen: the new key signs at once and the others are
                       withdrawn, and so are the access tokens that they signed
  --json               of doctor: what it found, for programs
  -f, --file FILE      the configuration; - reads it from standard input
  -o, --output FILE    where to write; otherwise to standard output
  -h, --help           shows this

It uses the same environment as Vestibule itself, which may be running or not.
Exit codes: 0 done, 1 diff found differences or doctor a problem, 2 something is wrong.
docs/configuration.md describes the file.`

const OPTIONS = {
  file: { type: 'string', short: 'f' },
  output: { type: 'string', short: 'o' },
  now: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/**
 * Reads the command line.
 *
 * @throws UsageError
 */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args)
  const [name, ...operands] = positionals
  if (values.help || name === 'help') return { name: 'help' }
  if (!name) throw new UsageError('a command is missing')
  const { file, output, now, json } = values
  if (name === 'doctor') {
    refuse({ file, output, now }, name)
    return { name, server: only(operands, 'the slug of a server'), json: json === true }
  }
  refuse({ json }, name)
  if (name === 'keys') {
    refuse({ file, output }, name)
    return parseKeysCommand(operands, now)
  }
  refuse({ now }, name)
  if (name === 'operators') {
    refuse({ file, output }, name)
    return parseOperatorsCommand(operands)
  }
  if (name === 'timeline') {
    refuse({ file, output }, name)
    return { name, reference: only(operands, 'the reference of a login') }
  }
  if (name === 'events') {
    refuse({ file, output }, name)
    return { name, server: only(operands, 'the slug of a server') }
  }
  none(operands)
  if (name === 'clean-up') {
    refuse({ file, output }, name)
    return { name }
  }
  if (name === 'apply' || name === 'diff') {
    refuse({ output }, name)
    if (!file) throw new UsageError(`${name} needs a file: -f vestibule.yaml`)
    return { name, file }
  }
  if (name !== 'export') throw new UsageError(`there is no command ${name}`)
  refuse({ file }, name)
  return { name, ...(output !== undefined && { output }) }
}

function parseOperatorsCommand([given, ...operands]: readonly string[]): Command {
  if (given === 'list') {
    none(operands)
    return { name: 'operators list' }
  }
  const verb = OPERATOR_VERBS.find((known) => known === given)
  if (!verb) throw new UsageError(`operators is followed by list, ${OPERATOR_VERBS.join(', ')}`)
  return { name: `operators ${verb}`, verb, who: only(operands, 'the address or the id of an operator') }
}

function parseKeysCommand([verb, ...operands]: readonly string[], now: boolean | undefined): Command {
  if (verb !== 'list' && verb !== 'rotate') throw new UsageError('keys is followed by list or rotate')
  const server = only(operands, 'the slug of a server')
  if (verb === 'rotate') return { name: 'keys rotate', server, emergency: now === true }
  refuse({ now }, 'keys list')
  return { name: 'keys list', server }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the arguments cannot be read')
  }
}

function only(operands: readonly string[], what: string): string {
  const [operand, ...further] = operands
  if (!operand) throw new UsageError(`${what} is missing`)
  none(further)
  return operand
}

function none([operand]: readonly string[]): void {
  if (operand !== undefined) throw new UsageError(`${operand} is one argument too many`)
}

function refuse(options: Readonly<Record<string, string | boolean | undefined>>, command: string): void {
  for (const [option, value] of Object.entries(options))
    if (value !== undefined) throw new UsageError(`${command} takes no --${option}`)
}
