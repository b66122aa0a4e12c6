import { type Command, InvalidArgumentError, Option } from 'commander'
import { ROLES } from '@/lib/access'
import { readConfig } from '@/lib/config'
import { exportAudit, showAuditKeys, verifyAudit } from './audit'
import { applyRetention, work } from './background'
import { makeBackup, restoreBackup } from './backup'
import { type ApplyOptions, apply, diff, readText, writeExport } from './configuration'
import { consultDoctor } from './doctor'
import { listEvents } from './events'
import { createKey, listInstallationKeys, revokeKey } from './installation-keys'
import { listKeys, rotateKeys } from './keys'
import { manageOperator, OPERATOR_VERBS, printOperators } from './operators'
import { listSealingKeys, resealAll, retireKey } from './sealing-keys'
import type { Context, Surroundings } from './surroundings'
import { showTimeline } from './timeline'

/** A command's action, from what it does on the database with its operands and options. */
type OnDatabase = <Given extends readonly unknown[]>(
  work: (context: Context, ...given: Given) => Promise<number>,
) => (...given: Given) => Promise<void>

/** Adds the commands that work on the database itself; each gives its exit code to `finish`. */
export function addCommands(
  program: Command,
  surroundings: Surroundings,
  finish: (code: number) => void,
): void {
  const onDatabase: OnDatabase =
    (work) =>
    async (...given) => {
      // Off loopback it refuses generated keys, as the server does: what they seal, the server could not open.
      const config = readConfig(surroundings.env, true)
      const installation = await surroundings.open(config)
      try {
        finish(await work({ ...surroundings, config, installation }, ...given))
      } finally {
        await installation.close()
      }
    }
  addConfiguration(program, surroundings, onDatabase)
  addDiagnosis(program, onDatabase)
  addBackups(program, surroundings, onDatabase, finish)
  addAudit(program, surroundings, onDatabase, finish)
  addSigningKeys(program, onDatabase)
  addOperators(program, onDatabase)
  addInstallationKeys(program, onDatabase)
}

/**
 * Adds a command.
 *
 * @param usage its name and operands
 * @param example what follows `vestibule` and its parents' names; several are shown one below the other
 */
export function addCommand(
  parent: Command,
  usage: string,
  description: string,
  ...given: readonly string[]
): Command {
  const group = parent.parent ? `${parent.name()} ` : ''
  const lines = given.map((example) => `  vestibule ${group}${example}`)
  return parent
    .command(usage)
    .description(description)
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`)
}

function addConfiguration(program: Command, surroundings: Surroundings, onDatabase: OnDatabase): void {
  const withFile = (name: string, description: string, work: typeof apply) =>
    addCommand(program, name, description, `${name} -f vestibule.yaml`, `${name} -f - < vestibule.yaml`)
      .requiredOption('-f, --file <file>', 'the configuration; - reads it from standard input')
      .option(
        '--allow-lock-out',
        'takes access rules that refuse every user of the last 30 days, or an operator',
      )
      .action(({ file: name, ...options }: ApplyOptions & { readonly file: string }) => {
        const file = readText(name, surroundings)
        return onDatabase((context) => work(context, file, options))()
      })
  withFile('apply', 'creates or updates what the YAML file names; nothing is deleted', apply)
  withFile('diff', 'shows what apply would do, and exits with 1 when it would do anything', diff)
  addCommand(
    program,
    'export',
    'writes the configuration as YAML, without secrets',
    'export -o vestibule.yaml',
  )
    .option('-o, --output <file>', 'where to write; otherwise to standard output')
    .action(onDatabase(writeExport))
}

function addDiagnosis(program: Command, onDatabase: OnDatabase): void {
  addCommand(
    program,
    'timeline <reference>',
    'tells how a login went, by the reference that the error page shows',
    'timeline 7K3M-9Q2X',
  ).action(onDatabase(showTimeline))
  addCommand(
    program,
    'events <server>',
    "shows a server's latest security events: revocations and why, tokens handed off, refreshes that failed",
    'events acme',
  ).action(onDatabase(listEvents))
  addCommand(
    program,
    'doctor <server>',
    'examines a server as its clients see it, and says what they stumble over and how to mend it; Vestibule has to run; exits with 1 when there is a problem',
    'doctor acme',
    'doctor acme --json',
  )
    .option('--json', 'what it found, for programs')
    .action(onDatabase(consultDoctor))
  addCommand(
    program,
    'clean-up',
    'removes what is over, as the server does every ten minutes, and tells how much it was',
    'clean-up',
  ).action(onDatabase(applyRetention))
  addCommand(
    program,
    'work',
    'does what the server does besides answering requests: audit chain, webhooks, mails, alerts and clean-up; for a Vestibule without its own server',
    'work',
    'work --watch',
  )
    .option('--watch', 'until it is stopped')
    .action(onDatabase(work))
  addCommand(
    program,
    'migrate',
    'brings the schema of the database up to date, as a start of the server does, and ends',
    'migrate',
  ).action(
    // Opening it is what does it.
    onDatabase(async ({ out }) => {
      out('the schema is up to date')
      return 0
    }),
  )
}

function addBackups(
  program: Command,
  surroundings: Surroundings,
  onDatabase: OnDatabase,
  finish: (code: number) => void,
): void {
  addCommand(
    program,
    'backup <file>',
    'copies the database into a file, while Vestibule serves; keep VESTIBULE_KEYS elsewhere',
    'backup vestibule.backup',
  ).action(onDatabase(makeBackup))
  addCommand(
    program,
    'restore <file>',
    'fills an empty database from a backup, with the VESTIBULE_KEYS of then; Vestibule must not run',
    'restore vestibule.backup',
  ).action((file: string) => restoreBackup(surroundings, file).then(finish))
}

function addAudit(
  program: Command,
  surroundings: Surroundings,
  onDatabase: OnDatabase,
  finish: (code: number) => void,
): void {
  const audit = program.command('audit')
  addCommand(
    audit,
    'keys',
    'writes the public keys that verify checkpoints: keep them where the database is not',
    'keys > audit-keys.json',
  ).action(onDatabase(showAuditKeys))
  addCommand(
    audit,
    'export <organization>',
    'writes a whole log: of an organization by its slug, of a deleted one by its id, or of the installation',
    'export acme > audit-acme.jsonl',
  ).action(onDatabase(exportAudit))
  addCommand(
    audit,
    'verify <file>',
    'verifies an exported log, without a database; exits with 1 when anything is wrong with it',
    'verify audit-acme.jsonl --keys audit-keys.json --checkpoints vestibule.log',
  )
    .requiredOption('--keys <file>', 'what `audit keys` wrote')
    .option(
      '--checkpoints <files...>',
      'checkpoints that were kept elsewhere: the log, messages of a webhook, earlier exports',
    )
    .action((file: string, options: { readonly keys: string; readonly checkpoints?: readonly string[] }) =>
      verifyAudit(file, options, surroundings).then(finish),
    )
}

function addSigningKeys(program: Command, onDatabase: OnDatabase): void {
  const keys = program
    .command('keys')
    .description("the keys that sign a server's access tokens, and those of VESTIBULE_KEYS")
  addCommand(
    keys,
    'list [server]',
    'shows those of a server, by its slug; without one, what each key of VESTIBULE_KEYS is still needed for',
    'list acme',
    'list',
  ).action(
    onDatabase((context, slug?: string) =>
      slug === undefined ? listSealingKeys(context) : listKeys(context, slug),
    ),
  )
  addCommand(
    keys,
    'reseal',
    'seals with the first of VESTIBULE_KEYS what the others have sealed, while Vestibule serves; it may be stopped, and goes on where it was',
    'reseal',
  ).action(onDatabase(resealAll))
  addCommand(
    keys,
    'retire <key>',
    'lets a start do without a key of VESTIBULE_KEYS that nothing needs any more',
    'retire k1',
  ).action(onDatabase(retireKey))
  addCommand(
    keys,
    'rotate <server>',
    'gives the server a new signing key, which nobody notices: it is published first, and signs a few minutes later',
    'rotate acme',
    'rotate acme --now',
  )
    .option(
      '--now',
      'when a key may be stolen: the new key signs after a second and the others are withdrawn, and so are the access tokens that they signed',
    )
    .action(onDatabase(rotateKeys))
}

function addOperators(program: Command, onDatabase: OnDatabase): void {
  const operators = program.command('operators').description('the accounts of the console')
  addCommand(operators, 'list', 'shows them', 'list').action(onDatabase(printOperators))
  for (const { verb, description } of OPERATOR_VERBS)
    addCommand(operators, `${verb} <who>`, description, `${verb} alice@example.com`).action(
      onDatabase((context, who: string) => manageOperator(context, verb, who)),
    )
}

function addInstallationKeys(program: Command, onDatabase: OnDatabase): void {
  const keys = program
    .command('installation-keys')
    .description(
      'the keys that programs reach every organization with, over the management API; api-keys … --installation is the same',
    )
  addCommand(keys, 'list', 'shows them', 'list').action(onDatabase(listInstallationKeys))
  addCommand(keys, 'create', 'makes one, and shows it, once', 'create --name ci --expires 2027-01-31')
    .requiredOption('--name <name>', 'what it is for')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).default('owner'))
    .option('--expires <time>', 'when it ends; otherwise never', parseTime)
    .action(onDatabase(createKey))
  addCommand(keys, 'revoke <id>', 'ends one at once', 'revoke 019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b').action(
    onDatabase(revokeKey),
  )
}

/** @throws InvalidArgumentError */
function parseTime(text: string): Date {
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('A time looks like 2027-01-31.')
  return time
}
