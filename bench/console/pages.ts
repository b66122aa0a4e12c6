/**
 * How long the console's pages take in a large installation, from request to the last byte of the answer. Needs what
 * `npm start` has built. See README.md.
 */
import { performance } from 'node:perf_hooks'
import { startApp } from '@/e2e/support/app'
import { PAGES } from '@/e2e/support/console-matrix'
import { operatorAccounts } from '@/lib/accounts/operators'
import { developmentKeys, keyring } from '@/lib/crypto/keyring'
import { newId } from '@/lib/store/database/ids'
import { type FilledDatabase, openFilledDatabase, quantile } from './filled-database'

/** How often each page is read; the first ones, which load code, do not count. */
const [WARM_UP, RUNS] = [5, 40]

/** What is in the filled database, by the folder's name; the number is that of the organization. */
const NAMES: Readonly<Record<string, (number: number) => string>> = {
  '[organization]': (number) => `o${number}`,
  '[server]': (number) => `s${number}`,
  '[connection]': () => 'main',
  'clients/[id]': (number) => `c${number}-1`,
  'grants/[id]': (number) => (number === 1 ? 'g1' : 'g11487'),
  'users/[id]': (number) => `u${number}-7`,
  '[reference]': (number) => (number === 1 ? '0000-000F' : '0001-8C15'),
}

/** Pages that need objects which do not exist here, and a download of arbitrary size. */
const LEFT_OUT = /\[test\]|\[token\]|\[webhook\]|\[client\]|people|callback|setup\/|export/

function addressOf(file: string, number: number): string {
  const folders = file.split('/').slice(0, -1)
  const named = folders.map((folder, i) => {
    const name = NAMES[`${folders[i - 1]}/${folder}`] ?? NAMES[folder]
    return name ? name(number) : folder
  })
  return `/console/${named.join('/')}`
}

/** A browser of the installation's operator, who sees everything. */
async function signedIn(url: string, { db, dataDir }: FilledDatabase): Promise<string> {
  const options = { publicUrl: url, db, keyring: keyring(developmentKeys(dataDir)), rateLimits: false }
  const accounts = operatorAccounts(options)
  const credentials = { email: `${newId().toLowerCase()}@example.com`, password: newId() }
  await accounts.create({ ...credentials, name: 'Bench' }, true)
  const answer = await accounts.call('/sign-in/email', credentials, new Headers())
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

async function main() {
  const filled = await openFilledDatabase()
  const database = process.env.DATABASE_URL ? { DATABASE_URL: filled.url } : {}
  const app = await startApp({ ...database, DATA_DIR: filled.dataDir, RATE_LIMITS: '0' })
  try {
    const cookie = await signedIn(app.url, filled)
    const organizations = [
      ['large', 1],
      ['usual', 500],
    ] as const
    for (const [file, { method }] of Object.entries(PAGES)) {
      if (method === 'POST' || LEFT_OUT.test(file)) continue
      for (const [kind, number] of file.includes('[organization]') ? organizations : ([['', 0]] as const)) {
        const address = addressOf(file, number)
        const times: number[] = []
        let answer = ''
        for (let i = 0; i < WARM_UP + RUNS; i++) {
          const began = performance.now()
          const response = await fetch(app.url + address, { headers: { cookie }, redirect: 'manual' })
          const { length } = await response.text()
          if (i >= WARM_UP) times.push(performance.now() - began)
          answer = `${response.status}\t${Math.round(length / 1024)} kB`
        }
        const shown = [0.5, 0.95, 1].map((part) => `${quantile(times, part).toFixed(1)} ms`)
        console.log([kind, address, answer, ...shown].join('\t'))
      }
    }
  } finally {
    await app.stop()
    await filled.close()
  }
}

await main()
