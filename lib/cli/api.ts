import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { API_COMMANDS, operandsOf } from './api-commands'
import { NOUNS } from './api-nouns'
import type { ApiCommand } from './api-options'
import { printProblem, printTable, printThing } from './api-print'
import { type ApiAnswer, accessFrom, callApi } from './call-api'
import { addCommand } from './commands'
import type { Surroundings } from './surroundings'

type Json = Readonly<Record<string, unknown>>
type Options = Readonly<Record<string, string | boolean | undefined>>

/** The API answered, and said no. */
const REFUSED = 1

/** What the examples in the help are called with. */
const EXAMPLES: Readonly<Record<string, string>> = {
  organization: 'acme',
  slug: 'acme',
  connection: 'okta',
  server: 'mcp',
  client: 'ci',
  reference: '7K3M-9Q2X',
}

/** Adds the commands that ask the management API; each gives its exit code to `finish`. */
export function addApiCommands(
  program: Command,
  surroundings: Surroundings,
  finish: (code: number) => void,
): void {
  for (const [noun, description] of Object.entries(NOUNS)) {
    const group = program.commands.find((one) => one.name() === noun) ?? program.command(noun)
    group.description(description)
    for (const command of API_COMMANDS.filter((one) => one.noun === noun)) {
      const added = addApiCommand(group, command)
      added.action(async () => finish(await send(command, added.args, added.opts(), surroundings)))
    }
  }
}

function addApiCommand(group: Command, command: ApiCommand): Command {
  const { verb, summary, takesFile, takes = [] } = command
  const operands = operandsOf(command)
  const values = operands.map((name) => EXAMPLES[name] ?? '019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b')
  const options = [...takes.map(({ example }) => example), ...(takesFile ? ['-f entry.json'] : [])]
  const usage = [verb, ...operands.map((name) => `<${name}>`)].join(' ')
  const added = addCommand(group, usage, summary, [verb, ...values, ...options].join(' '))
  for (const { flags, about, required } of takes)
    required ? added.requiredOption(flags, about) : added.option(flags, about)
  if (takesFile)
    added.requiredOption(
      '-f, --file <file>',
      `the body of ${command.method} ${command.path}, as JSON; - reads it from standard input`,
    )
  return added.option('--json', 'for programs; lists come whole')
}

async function send(
  command: ApiCommand,
  operands: readonly string[],
  options: Options,
  surroundings: Surroundings,
): Promise<number> {
  const request = requestOf(command, operands, options, surroundings)
  const access = accessFrom(surroundings.env)
  const ask = (query: URLSearchParams) => {
    const text = query.toString()
    return callApi(access, command.method, request.path + (text && `?${text}`), request.body)
  }
  const answer = command.columns ? await whole(request.query, ask) : await ask(request.query)
  const { body = {} } = answer
  const { out, err } = surroundings
  if (answer.status >= 300) err(options.json ? JSON.stringify(body, null, 2) : printProblem(body as Json))
  else if (options.json && answer.body !== undefined) out(JSON.stringify(body, null, 2))
  else if (Array.isArray(body)) out(printTable(body, command.columns ?? []))
  else if (answer.body !== undefined) out(printThing(body as Json))
  return answer.status >= 300 ? REFUSED : 0
}

/** All pages of a list as one answer. */
async function whole(
  query: URLSearchParams,
  ask: (query: URLSearchParams) => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const items: Json[] = []
  query.set('limit', '200')
  for (;;) {
    const answer = await ask(query)
    if (answer.status >= 300) return answer
    const page = answer.body as { readonly items: readonly Json[]; readonly next?: string }
    items.push(...page.items)
    if (page.next === undefined) return { status: answer.status, body: items }
    query.set('after', page.next)
  }
}

/** What to send, from operands and options. */
function requestOf(
  command: ApiCommand,
  operands: readonly string[],
  { file, ...given }: Options,
  { directory }: Surroundings,
) {
  const named = Object.fromEntries(operandsOf(command).map((name, i) => [name, operands[i] ?? '']))
  const members = Object.fromEntries(
    (command.takes ?? []).flatMap(({ flags, member, otherwise }) => {
      const value = given[optionName(flags)] ?? otherwise
      return value === undefined ? [] : [[member, value]]
    }),
  )
  const { slug } = named
  const inBody = command.method !== 'GET' && command.method !== 'DELETE'
  const body = { ...(slug !== undefined && { slug }), ...members }
  return {
    path: command.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(named[name] ?? '')),
    query: new URLSearchParams(
      inBody ? [] : Object.entries(members).map(([name, value]) => [name, String(value)]),
    ),
    body:
      typeof file === 'string'
        ? readEntry(file, directory)
        : inBody && Object.keys(body).length > 0
          ? body
          : undefined,
  }
}

/** As the parser keeps it: `dryRun` of `--dry-run`. */
const optionName = (flags: string) =>
  (/--([\w-]+)/.exec(flags)?.[1] ?? '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** @throws Error that says what is wrong with the file */
function readEntry(file: string, directory: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : path.resolve(directory, file), 'utf8'))
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'
    throw new Error(`${file} ${why}`)
  }
}
