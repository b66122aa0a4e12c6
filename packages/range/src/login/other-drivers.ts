import { spawn } from 'node:child_process'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { Undecided } from '../errors'
import type { Http } from '../http'
import { browserLogin } from './browser'
import type { LoginDriver } from './driver'

/** What a login module exports by default, and what a command does: the redirect to the client, or nothing. */
type Drive = (url: string, redirectUri: string) => Promise<string | undefined>

/** Logs in by a JavaScript module of the caller's. */
export async function moduleLogin(http: Http, file: string): Promise<LoginDriver> {
  const loaded: { default?: Drive } = await import(pathToFileURL(path.resolve(file)).href)
  const drive = loaded.default
  if (typeof drive !== 'function') throw new TypeError(`${file} exports no function by default`)
  return looksFirst(http, drive)
}

/** Logs in by a program: it gets the URL and the redirect URI as arguments, and prints the redirect. */
export function commandLogin(http: Http, command: string): LoginDriver {
  return looksFirst(http, (url, redirectUri) => output(command, [url, redirectUri]))
}

/** What is refused, or redirected at once, needs nobody to log in; and its answers are looked at. */
function looksFirst(http: Http, drive: Drive): LoginDriver {
  const look = browserLogin(http, { submits: false })
  return async (url, redirectUri) => {
    const first = await look(url, redirectUri)
    const refused = (first.answers.at(-1)?.status ?? 200) >= 400
    if (first.arrival || refused) return first
    const arrival = await drive(url, redirectUri)
    return arrival && URL.canParse(arrival) ? { ...first, arrival: new URL(arrival) } : first
  }
}

function output(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const [program = '', ...given] = command.split(' ')
    const child = spawn(program, [...given, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    let printed = ''
    child.stdout.on('data', (chunk) => {
      printed += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(printed.trim())
      else reject(new Undecided(`${program} ended with ${code}`))
    })
  })
}
