import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Config, readConfig } from '@/lib/config'
import { applyConfiguration } from '@/lib/configuration/apply'
import { exportConfiguration } from '@/lib/configuration/export'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import type { Installation } from '@/lib/services/installation'
import { explainUnavailable } from '@/lib/services/unavailable'
import { configurationStore } from '@/lib/store/configuration/configuration'
import { requestTimelineStore } from '@/lib/store/read/request-timelines'
import { runApart } from './api'
import { type Command, parseCommand, USAGE, UsageError } from './arguments'
import { consultDoctor } from './doctor'
import { listEvents } from './events'
import {
  type InstallationKeys,
  isInstallationKeys,
  manageKeys,
  parseInstallationKeys,
} from './installation-keys'
import { listKeys, rotateKeys } from './keys'
import { manageOperator, printOperators } from './operators'
import { printNewAddresses, printPlan, summarize } from './print-plan'
import { printTimeline } from './print-timeline'
import { applyRetention } from './retention'

/** Where a command reads and writes. */
export type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What file names are relative to. */
  readonly directory: string
  /** Opens the database and the keys; `run` closes them. */
  open(config: Config): Promise<Installation>
  /** Prints a line for people or pipes. */
  out(line: string): void
  /** Prints a line about what is wrong. */
  err(line: string): void
}

/** `diff` found something, as of diff(1). */
const DIFFERENT = 1
const TROUBLE = 2

/**
 * Runs one command, from arguments to exit code. Mistakes are printed, not thrown.
 *
 * @param args without the program's name
 */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { env, directory, open, out, err } = surroundings
  try {
    const apart = await runApart(args, surroundings)
    if (apart !== undefined) return apart
    const command = isInstallationKeys(args) ? parseInstallationKeys(args) : parseCommand(args)
    if (command.name === 'help') {
      out(USAGE)
      return 0
    }
    // Off loopback it refuses generated keys, as the server does: what they seal, the server could not open.
    const config = readConfig(env, true)
    const text = 'file' in command ? readText(command.file, directory) : ''
    const installation = await open(config)
    try {
      return await execute(command, { ...surroundings, config, installation, text })
    } finally {
      await installation.close()
    }
  } catch (error) {
    err(explain(error))
    if (error instanceof UsageError) err(`\n${USAGE}`)
    return TROUBLE
  }
}

type Context = Surroundings & {
  readonly config: Config
  readonly installation: Installation
  /** The configuration file's. */
  readonly text: string
}

function execute(
  command: Exclude<Command, { name: 'help' }> | InstallationKeys,
  context: Context,
): Promise<number> {
  switch (command.name) {
    case 'apply':
      return apply(command.file, context)
    case 'diff':
      return diff(command.file, context)
    case 'export':
      return writeExport(command.output, context)
    case 'timeline':
      return timeline(command.reference, context)
    case 'events':
      return listEvents(command.server, context.installation, context)
    case 'doctor':
      return consultDoctor(command, context)
    case 'clean-up':
      return applyRetention(context.installation, context)
    case 'operators list':
      return printOperators(context)
    case 'operators invite':
    case 'operators reset':
    case 'operators promote':
    case 'operators demote':
    case 'operators disable':
      return manageOperator(command, context)
    case 'keys list':
      return listKeys(command.server, context.installation, context)
    case 'api-keys':
      return manageKeys(command, context.installation, context)
    case 'keys rotate':
      return rotateKeys(command, context.installation, context)
  }
}

async function apply(
  file: string,
  { env, directory, config, installation, text, out }: Context,
): Promise<number> {
  const plan = await applyConfiguration(text, { ...installation, file: nameOf(file), directory, env, config })
  out(printPlan(plan))
  const addresses = printNewAddresses(plan)
  if (addresses) out(`\n${addresses}`)
  if (plan.changes.length > 0) out(`\n${summarize(plan)}`)
  return 0
}

async function diff(
  file: string,
  { env, directory, config, installation, text, out }: Context,
): Promise<number> {
  const plan = await applyConfiguration(text, {
    ...installation,
    file: nameOf(file),
    directory,
    env,
    config,
    dryRun: true,
  })
  out(printPlan(plan))
  return plan.changes.length > 0 ? DIFFERENT : 0
}

async function writeExport(
  output: string | undefined,
  { installation, directory, out }: Context,
): Promise<number> {
  const { db, sealer } = installation
  const yaml = exportConfiguration(await configurationStore(db, sealer).read())
  if (output === undefined) out(yaml.trimEnd())
  else writeFileSync(path.resolve(directory, output), yaml)
  return 0
}

async function timeline(reference: string, { installation, config, out, err }: Context): Promise<number> {
  const found = await requestTimelineStore(installation.db).find(reference)
  if (found) out(printTimeline(found, config.publicUrl, installation.db.clock.now()))
  else err(`there is no login with the reference ${reference}`)
  return found ? 0 : TROUBLE
}

function explain(error: unknown): string {
  if (error instanceof StoreUnavailable) return explainUnavailable(error)
  return error instanceof Error ? error.message : String(error)
}

function readText(file: string, directory: string): string {
  try {
    return readFileSync(file === '-' ? 0 : path.resolve(directory, file), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(
      code === 'ENOENT' ? `${file} does not exist` : `${file} cannot be read (${code ?? 'unknown error'})`,
    )
  }
}

/** Without a file, `file:` references are relative to where the command was started. */
const nameOf = (file: string) => (file === '-' ? 'stdin' : file)
