import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Account } from './account'
import type { Binaries } from './binaries'
import { giveToOwner, type Places, writeWhole } from './places'

/** The only role that can log in, and the database it owns. */
export const ROLE = 'vestibule'

/**
 * What every PostgreSQL process of ours gets as its environment: nothing of our own, which holds secrets and would
 * be readable to everything else that runs under the same account.
 */
export const SERVER_ENVIRONMENT = { LC_ALL: 'C' } as unknown as NodeJS.ProcessEnv

/**
 * Makes the cluster if there is none yet: initdb, the role and its database, all in a directory that gets its final
 * name only when it is complete. To be called under the lock.
 *
 * @returns the password of the role
 * @throws Error when initdb fails, or when a cluster is there that these programs cannot use
 */
export async function prepareCluster(places: Places, binaries: Binaries): Promise<string> {
  const passwordFile = path.join(places.home, 'password')
  if (existsSync(places.cluster)) {
    checkVersion(places.cluster, binaries.major)
    if (!existsSync(passwordFile)) {
      throw new Error(
        `${passwordFile} is missing, without which nobody can log in to ${places.cluster}: ` +
          'restore it, or delete both to begin with an empty database, or set DATABASE_URL',
      )
    }
    return readFileSync(passwordFile, 'utf8').trim()
  }
  if (!existsSync(passwordFile)) {
    writeWhole(passwordFile, randomBytes(32).toString('base64url'), 0o600)
    giveToOwner(places.home, passwordFile)
  }
  const password = readFileSync(passwordFile, 'utf8').trim()
  await createCluster(places, binaries, password)
  return password
}

function checkVersion(cluster: string, major: string): void {
  const version = readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim()
  if (version === major) return
  throw new Error(
    `The data in ${cluster} was made by PostgreSQL ${version}, but PostgreSQL ${major} is installed: ` +
      'install the earlier version of Vestibule and dump the data, or set DATABASE_URL',
  )
}

async function createCluster(places: Places, binaries: Binaries, password: string): Promise<void> {
  const { base, account } = places
  for (const name of readdirSync(base)) {
    if (!name.startsWith('cluster.new-')) continue
    // The initdb of a killed process may still be writing there: then files appear while we delete.
    await rm(path.join(base, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  const staging = mkdtempSync(path.join(base, 'cluster.new-'))
  if (account) chownSync(staging, account.uid, account.gid)
  const superuser = ['--username=postgres', '--auth=reject']
  await run(account, binaries.initdb, ['-D', staging, '--encoding=UTF8', '--locale=C', ...superuser])
  // The superuser cannot log in, so the role is created in single-user mode. It may read `data_directory`, by which a
  // server is recognized as ours. The log must not repeat a failed statement: it contains the password.
  const single = ['--single', '-D', staging, '-c', 'exit_on_error=on', '-c', 'log_min_error_statement=panic']
  const statements = [
    `CREATE ROLE ${ROLE} LOGIN CREATEDB PASSWORD '${password}'`,
    `GRANT pg_read_all_settings TO ${ROLE}`,
    `CREATE DATABASE ${ROLE} OWNER ${ROLE}`,
  ]
  await run(account, binaries.postgres, [...single, 'postgres'], `${statements.join('\n')}\n`)
  renameSync(staging, places.cluster)
}

/** Runs a program to its end, as the account. */
function run(account: Account | undefined, file: string, args: readonly string[], input = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: '/', env: SERVER_ENVIRONMENT, ...account })
    const name = path.basename(file)
    let output = ''
    const fail = (reason: string) =>
      reject(new Error(`The embedded PostgreSQL cannot be set up: ${name}: ${reason} (or set DATABASE_URL)`))
    child.stderr.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-2000)
    })
    child.stdout.resume()
    child.on('error', ({ message }) =>
      fail(`${message}; on Linux it needs glibc, and root the right to change users`),
    )
    child.on('close', (code, signal) => (code === 0 ? resolve() : fail(output.trim() || `${code ?? signal}`)))
    // A program that exits early breaks the pipe; its exit code says why.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
