import { Argument, Command, CommanderError, type Option } from 'commander'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { explainUnavailable } from '@/lib/services/unavailable'
import packageJson from '@/package.json'
import { addApiCommands } from './api'
import { addCommand, addCommands } from './commands'
import { completion, SHELLS } from './completion'
import { orderly } from './orderly'
import type { Surroundings } from './surroundings'

const TROUBLE = 2

const EPILOGUE = `
Commands on the database use the same environment as Vestibule itself, which may be running or not.
Commands over the management API ask a Vestibule that runs: VESTIBULE_URL (otherwise PUBLIC_URL) says where it is,
VESTIBULE_API_KEY has the key.
Exit codes: 0 done; 1 diff found differences, doctor a problem, or the API refused; 2 something is wrong.
docs/configuration.md describes the file of apply, docs/api.md the bodies of the API.`

/**
 * Runs one command, from arguments to exit code. Mistakes are printed, not thrown.
 *
 * @param args without the program's name
 */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { out, err } = surroundings
  let code = 0
  const program = newProgram(surroundings)
  const finish = (result: number) => {
    code = result
  }
  addCommand(program, 'start', 'starts Vestibule, as the package does without a command', 'start').action(
    async () => {
      await surroundings.start()
    },
  )
  addCommands(program, surroundings, finish)
  addApiCommands(program, surroundings, finish)
  addCommand(program, 'completion', 'writes what completes these commands in your shell', 'completion bash')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) => out(completion(program, shell)))
  try {
    requireLast(program)
    await program.parseAsync(orderly(args, program), { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : TROUBLE
    err(explain(error))
    return TROUBLE
  }
}

/**
 * Looks for options that are missing after those that are unknown, and not before: a misspelt `--file` is unknown, and
 * the parser knows what was meant.
 */
function requireLast(program: Command): void {
  const required = new Map<Command, readonly Option[]>()
  const visit = (command: Command) => {
    const options = command.options.filter(({ mandatory }) => mandatory)
    required.set(command, options)
    for (const option of options) option.makeOptionMandatory(false)
    for (const below of command.commands) visit(below)
  }
  visit(program)
  program.hook('preAction', (_, command) => {
    const isMissing = (option: Option) => command.getOptionValue(option.attributeName()) === undefined
    const missing = required.get(command)?.find(isMissing)
    if (missing) command.error(`error: required option '${missing.flags}' not specified`)
  })
}

function newProgram({ out, err }: Surroundings): Command {
  return new Command('vestibule')
    .description('Runs and configures Vestibule.')
    .version(packageJson.version, '-V, --version', 'shows the version')
    .helpOption('-h, --help', 'shows this')
    .helpCommand('help [command]', 'shows the help of a command')
    .addHelpText('after', EPILOGUE)
    .showHelpAfterError('(--help tells how)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out(text.trimEnd()),
      writeErr: (text) => err(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: (command-argument )?/, '')),
    })
}

function explain(error: unknown): string {
  if (error instanceof StoreUnavailable) return explainUnavailable(error)
  return error instanceof Error ? error.message : String(error)
}
