import { afterAll, beforeAll, expect, it } from 'vitest'
import { newProject, type Project } from '@/packages/mcp/test/installed-package'
import { officialClient, startAuthorizationServer } from '@/packages/mcp/test/whole-login'
import { freePort } from '@/test/free-port'
import { startNext } from './next'
import type { Place, Started } from './started'
import { startWorker } from './workerd'

const FRAMEWORKS: Readonly<Record<string, (place: Place) => Promise<Started>>> = {
  'Cloudflare Workers in workerd': startWorker,
  'mcp-handler in a built Next.js': startNext,
}

let server: Awaited<ReturnType<typeof startAuthorizationServer>>
const projects: Project[] = []
const started: Started[] = []

beforeAll(async () => {
  server = await startAuthorizationServer()
})
afterAll(async () => {
  await Promise.all(started.map(({ stop }) => stop()))
  server.close()
  for (const project of projects) await project.remove()
})

it.each(Object.entries(FRAMEWORKS))(
  'the official client logs in, calls a tool, and steps up for another: %s',
  { timeout: 300_000 },
  async (_, start) => {
    const project = await newProject()
    projects.push(project)
    const port = await freePort()
    const resource = `http://localhost:${port}/mcp`
    started.push(await start({ project, port, env: { ISSUER: server.issuer, RESOURCE: resource } }))

    const place = `http://localhost:${port}/.well-known/oauth-protected-resource/mcp`
    const metadata = await fetch(place)
    expect(metadata.headers.get('access-control-allow-origin')).toBe('*')
    const asked = await fetch(place, { method: 'OPTIONS' })
    expect([asked.ok, asked.headers.get('access-control-allow-headers')]).toEqual([
      true,
      'mcp-protocol-version',
    ])
    expect(await metadata.json()).toMatchObject({ resource, authorization_servers: [server.issuer] })

    const client = officialClient(resource, 'alice')
    expect(await client.call('whoami')).toMatchObject({ content: [{ text: 'alice' }] })
    expect(client.logins()).toEqual(['files:read'])
    expect(await client.call('delete_file')).toMatchObject({ content: [{ text: 'deleted for alice' }] })
    expect(client.logins()).toEqual(['files:read', 'files:read files:write'])
  },
)
