import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { applyConfiguration } from '@/lib/configuration/apply'
import { exportConfiguration } from '@/lib/configuration/export'
import type { OrganizationSettings } from '@/lib/configuration/schema/settings'
import { lockOutsOf } from '@/lib/servers/lock-outs'
import { configurationStore } from '@/lib/store/configuration/configuration'
import { printNewAddresses, printPlan, summarize } from './print-plan'
import type { Context, Surroundings } from './surroundings'

/** `diff` found something, as of diff(1). */
const DIFFERENT = 1

/** A configuration file: `-` is standard input. */
export type File = { readonly name: string; readonly text: string }

/** @throws Error that says what is wrong with the file */
export function readText(name: string, { directory }: Pick<Surroundings, 'directory'>): File {
  try {
    return { name, text: readFileSync(name === '-' ? 0 : path.resolve(directory, name), 'utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    throw new Error(
      code === 'ENOENT' ? `${name} does not exist` : `${name} cannot be read (${code ?? 'unknown error'})`,
    )
  }
}

/** What is said on the command line of the file. */
export type ApplyOptions = { readonly allowLockOut?: boolean }

/** Creates and updates what the file names. */
export async function apply(context: Context, file: File, options: ApplyOptions): Promise<number> {
  const plan = await applyConfiguration(file.text, surroundingsOf(file, context, options))
  context.out(printPlan(plan))
  const addresses = printNewAddresses(plan)
  if (addresses) context.out(`\n${addresses}`)
  if (plan.changes.length > 0) context.out(`\n${summarize(plan)}`)
  return 0
}

/** Shows what `apply` would do. */
export async function diff(context: Context, file: File, options: ApplyOptions): Promise<number> {
  const plan = await applyConfiguration(file.text, {
    ...surroundingsOf(file, context, options),
    dryRun: true,
  })
  context.out(printPlan(plan))
  return plan.changes.length > 0 ? DIFFERENT : 0
}

/** Writes the stored configuration to a file or to standard output. */
export async function writeExport(
  { installation: { db, sealer }, directory, out }: Context,
  { output }: { readonly output?: string },
): Promise<number> {
  const yaml = exportConfiguration(await configurationStore(db, sealer).read())
  if (output === undefined) out(yaml.trimEnd())
  else writeFileSync(path.resolve(directory, output), yaml)
  return 0
}

/** Without a file, `file:` references are relative to where the command was started. */
const surroundingsOf = (
  { name }: File,
  { env, directory, config, installation }: Context,
  { allowLockOut = false }: ApplyOptions,
) => ({
  ...installation,
  file: name === '-' ? 'stdin' : name,
  directory,
  env,
  config,
  ...(!allowLockOut && { review: reviewOf(installation) }),
})

/** Rules that would lock everybody out are applied only where that was said to be meant. */
const reviewOf =
  ({ db }: Pick<Context['installation'], 'db'>) =>
  (organizations: readonly OrganizationSettings[]) =>
    lockOutsOf(organizations, { db, ports: { clock: () => db.clock.now() } })
