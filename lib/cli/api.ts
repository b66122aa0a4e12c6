import { readFileSync } from 'node:fs'
import path from 'node:path'
import { API_COMMANDS, type ApiCommand, operandsOf } from './api-commands'
import { type ApiRequest, isApiCommand, parseApiCommand } from './api-parse'
import { printProblem, printTable, printThing } from './api-print'
import { UsageError } from './arguments'
import { type ApiAnswer, accessFrom, callApi } from './call-api'
import { completion } from './completion'
import { isInstallationKeys } from './installation-keys'

type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly directory: string
  out(line: string): void
  err(line: string): void
}

type Json = Readonly<Record<string, unknown>>

/** The API answered, and said no. */
const REFUSED = 1

/**
 * Runs what needs neither database nor keys: commands for the API, and completion.
 *
 * @returns the exit code; undefined for other commands
 * @throws UsageError; Error when the API cannot be reached
 */
export async function runApart(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<number | undefined> {
  if (args[0] === 'completion') {
    surroundings.out(completion(args[1]))
    return 0
  }
  if (!isApiCommand(args) || isInstallationKeys(args)) return undefined
  if (args.includes('--help') || args.includes('-h')) {
    surroundings.out(helpOf(args[0] ?? ''))
    return 0
  }
  const request = parseApiCommand(args)
  const access = accessFrom(surroundings.env)
  const ask = (method: string, address: string, body?: unknown) => callApi(access, method, address, body)
  return request.command.columns ? list(request, ask, surroundings) : once(request, ask, surroundings)
}

type Ask = (method: string, address: string, body?: unknown) => Promise<ApiAnswer>

async function once(request: ApiRequest, ask: Ask, surroundings: Surroundings): Promise<number> {
  const { command, members, file, json } = request
  const hasBody = file !== undefined || Object.keys(members).length > 0
  const body = file === undefined ? members : readEntry(file, surroundings.directory)
  const answer = await ask(command.method, request.path, hasBody ? body : undefined)
  if (answer.status >= 300) return refused(answer, json, surroundings)
  if (answer.body === undefined) return 0
  surroundings.out(json ? JSON.stringify(answer.body, null, 2) : printThing(answer.body as Json))
  return 0
}

async function list(
  { command, path: address, json }: ApiRequest,
  ask: Ask,
  surroundings: Surroundings,
): Promise<number> {
  const items: Json[] = []
  let after: string | undefined
  do {
    const query = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
    const answer = await ask('GET', `${address}?limit=200${query}`)
    if (answer.status >= 300) return refused(answer, json, surroundings)
    const page = answer.body as { readonly items: readonly Json[]; readonly next?: string }
    items.push(...page.items)
    after = page.next
  } while (after !== undefined)
  surroundings.out(json ? JSON.stringify(items, null, 2) : printTable(items, command.columns ?? []))
  return 0
}

function refused({ body }: ApiAnswer, json: boolean, { err }: Surroundings): number {
  err(json ? JSON.stringify(body, null, 2) : printProblem((body ?? {}) as Json))
  return REFUSED
}

/** @throws UsageError */
function readEntry(file: string, directory: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : path.resolve(directory, file), 'utf8'))
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'
    throw new UsageError(`${file} ${why}`)
  }
}

function helpOf(noun: string): string {
  const lineOf = (command: ApiCommand) => {
    const operands = operandsOf(command).map((name) => name.toUpperCase())
    return `  ${[noun, command.verb, ...operands].join(' ').padEnd(52)}${command.summary}`
  }
  const lines = API_COMMANDS.filter((command) => command.noun === noun).map(lineOf)
  return `Usage: vestibule ${noun} …

${lines.join('\n')}

  --json               for programs; lists come whole
VESTIBULE_URL (otherwise PUBLIC_URL) says where Vestibule is, VESTIBULE_API_KEY has the key.
Exit codes: 0 done, 1 the API refused, 2 something is wrong.`
}
