import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { freePort } from '@/test/free-port'
import { startPostgres } from '@/test/postgres'
import { startIdentityProvider } from '../../sandbox/identity-provider'
import { type App, startApp } from '../support/app'
import { CONFIDENTIAL_SECRET, configuration, RESOURCE_SECRET } from './configuration'
import { newMask } from './mask'
import { newSheet, type Sheet } from './sheet'

/** A Vestibule that was started to be recorded, with a database and an identity provider of its own. */
export type Installation = {
  readonly app: App
  readonly databaseUrl: string
  /** The configuration file that it starts with. */
  readonly yaml: string
  /** An issuer under a host name of its own; those of the others are under the application's URL. */
  readonly hostIssuer: string
  readonly newSheet: () => Sheet
  readonly close: () => Promise<void>
}

export const UPSTREAM_SECRET = 'upstream-client-secret-of-the-recording'

/** @param environment on top of ours */
export async function startInstallation(
  environment: Readonly<Record<string, string>> = {},
): Promise<Installation> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const database = await startPostgres()
  const idp = await startIdentityProvider({
    port: 0,
    clientId: 'vestibule',
    clientSecret: UPSTREAM_SECRET,
    redirectUris: ['main-idp', 'globex-idp'].map((id) => `${url}/oauth/callback/${id}`),
  })
  const app = await startApp({
    PORT: String(port),
    DATABASE_URL: database.url,
    UPSTREAM_SECRET,
    RESOURCE_SECRET,
    CONFIDENTIAL_SECRET,
    ...environment,
    // No name is resolved: what is recorded does not hang on other people's servers.
    NODE_OPTIONS: `--import ${pathToFileURL(path.resolve('e2e/support/offline.mjs'))}`,
  })
  const idpPort = new URL(idp.issuer).port
  const places = Object.fromEntries(
    [':', '%3A'].flatMap((colon) => [
      [`localhost${colon}${port}`, `localhost${colon}3000`],
      [`localhost${colon}${idpPort}`, `localhost${colon}3001`],
    ]),
  )
  return {
    app,
    databaseUrl: database.url,
    yaml: configuration({ idp: idp.issuer, host: `third.localhost:${port}` }),
    hostIssuer: `http://third.localhost:${port}`,
    newSheet: () => newSheet(app, newMask(places)),
    async close() {
      await app.stop()
      await Promise.all([idp.close(), database.close()])
    },
  }
}
