import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '@/test/free-port'
import type { Fault } from './toy/faults'
import { type ToyServer, toyServer } from './toy/server'
import { USER } from './toy/state'

const run = promisify(execFile)
const FAULT: Fault = 'codes of any client'

let folder: string
let command: string
const servers: Server[] = []
const issuers = { sound: '', faulty: '' }

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vestibule-range-'))
  await run('npm', ['pack', '--pack-destination', folder], { cwd: path.resolve(import.meta.dirname, '..') })
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? ''
  await run('tar', ['-xzf', path.join(folder, tarball), '-C', folder])
  command = path.join(folder, 'package/dist/main.js')
  issuers.sound = await listening([])
  issuers.faulty = await listening([FAULT])
})
afterAll(async () => {
  for (const server of servers) server.close()
  await rm(folder, { recursive: true, force: true })
})

async function listening(faults: readonly Fault[]): Promise<string> {
  const port = await freePort()
  const toy = toyServer(faults, undefined, `http://localhost:${port}`)
  const server = createServer((request, response) => void relay(toy, request, response))
  servers.push(server.listen(port, 'localhost'))
  return toy.issuer
}

async function relay(toy: ToyServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const { method = 'GET', url = '/' } = request
  const headers: Record<string, string> = {}
  for (const [name, [value = ''] = []] of Object.entries(request.headersDistinct))
    if (name !== 'connection') headers[name] = value
  const body = chunks.length > 0 ? { body: Buffer.concat(chunks).toString() } : {}
  const signal = AbortSignal.timeout(10_000)
  const answer = await toy.sendRequest(new URL(url, toy.issuer), { method, headers, ...body, signal })
  response.writeHead(answer.status, [...answer.headers].flat())
  response.end(Buffer.from(await answer.arrayBuffer()))
}

/** Runs the command as it was packed. */
async function range(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { stdout, stderr, code } = await run(process.execPath, [command, ...args]).then(
    (done) => ({ ...done, code: 0 }),
    (failed) => failed,
  )
  return { code, stdout, stderr }
}

const ONLY = '--only=code-other-client,resource-metadata,pkce-wrong-verifier'

/** Presses Allow as a browser would, with what is given. */
const driver = (head: string, tail: string) => `${head}
  const page = await fetch(url)
  const cookie = page.headers.get('set-cookie').split(';')[0]
  const request = /value="([^"]+)"/.exec(await page.text())[1]
  const body = new URLSearchParams({ request, decision: 'allow', ...${JSON.stringify(USER)} })
  const consent = new URL('/consent', url)
  const answer = await fetch(consent, { method: 'POST', body, headers: { cookie }, redirect: 'manual' })
  const location = answer.headers.get('location') ?? ''
${tail}`

describe('the command', () => {
  it('says what was tried and what was found, as a table and as JSON, and by its exit code', async () => {
    const password = path.join(folder, 'password')
    await writeFile(password, `${USER.password}\n`)
    const login = ['--username', USER.username, '--password-file', password]
    const sound = await range(issuers.sound, ...login, ONLY)
    expect(sound).toMatchObject({ code: 0, stderr: '' })
    expect(sound.stdout).toMatch(/^passed +critical +code-other-client$/m)
    expect(sound.stdout).toMatch(/^skipped +medium +resource-metadata +no resource was given$/m)
    expect(sound.stdout).toContain('0 found, 2 passed, 1 skipped, 0 undecided')

    const faulty = await range(issuers.faulty, ...login, ONLY)
    expect(faulty.code).toBe(1)
    expect(faulty.stdout).toMatch(/^FOUND +critical +code-other-client +tokens for another client’s code$/m)

    const { code, stdout } = await range(issuers.faulty, ...login, ONLY, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout).results).toContainEqual(
      expect.objectContaining({ id: 'code-other-client', outcome: 'finding', severity: 'critical' }),
    )
  })

  it('says that nothing can be said, where no honest login works', async () => {
    const wrong = path.join(folder, 'wrong')
    await writeFile(wrong, 'wrong')
    const login = ['--username', 'alice', '--password-file', wrong]
    const refused = await range(issuers.faulty, ...login, ONLY)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('/consent answered 403')
    const absent = await range('http://localhost:1', ONLY)
    expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining('does not answer') })
    expect(await range('x')).toMatchObject({ code: 2, stderr: expect.stringContaining('one issuer') })
    expect(await range(issuers.sound, '--only=x')).toMatchObject({ code: 2 })
  })

  it('logs in with a module or a command of the caller’s', async () => {
    const asModule = driver('export default async function (url) {', '  return location\n}')
    const asCommand = driver('const [, , url] = process.argv', '  console.log(location)')
    const [moduleFile, commandFile] = [path.join(folder, 'login.mjs'), path.join(folder, 'command.mjs')]
    await writeFile(moduleFile, asModule)
    await writeFile(commandFile, asCommand)
    const only = '--only=code-other-client'
    const login = `--login-module=${moduleFile}`
    expect(await range(issuers.sound, login, only)).toMatchObject({ code: 0 })
    expect(await range(issuers.faulty, login, only)).toMatchObject({ code: 1 })
    const program = `--login-command=${process.execPath} ${commandFile}`
    expect(await range(issuers.faulty, program, only)).toMatchObject({ code: 1 })
  })

  it('lists its attacks, and how it is used', async () => {
    expect((await range('--list')).stdout).toMatch(/^critical +code-other-client .*RFC 6749/m)
    expect((await range('--help')).stdout).toContain('Only attack what is yours.')
  })
})
