import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { openEmbeddedPostgres } from '@/packages/embedded-postgres/embedded-postgres'

/** A database of its own, empty. */
export type TestDatabase = {
  readonly url: string
  close(): Promise<void>
}

type Server = { readonly url: string; close(): Promise<void> }

/** One server per process, for as long as somebody uses it. */
let users = 0
let starting: Promise<Server> | undefined

/**
 * Creates an empty database on a real PostgreSQL. The server is the embedded one, in a temporary directory, or the
 * one that `TEST_POSTGRES_URL` names.
 */
export async function startPostgres(): Promise<TestDatabase> {
  users++
  starting ??= startServer()
  const server = await starting
  const name = `test_${randomBytes(8).toString('hex')}`
  await administer(server.url, `create database ${name}`)
  const url = new URL(server.url)
  url.pathname = `/${name}`
  return {
    url: url.href,
    async close() {
      await administer(server.url, `drop database ${name} with (force)`)
      if (--users > 0) return
      starting = undefined
      await server.close()
    },
  }
}

async function startServer(): Promise<Server> {
  const given = process.env.TEST_POSTGRES_URL
  if (given) return { url: given, close: async () => {} }
  const directory = await mkdtemp(path.join(tmpdir(), 'vestibule-postgres-'))
  // An unprivileged user may pass through: under root the cluster would otherwise live, and stay, outside.
  await chmod(directory, 0o711)
  const server = await openEmbeddedPostgres(directory)
  return {
    url: server.url,
    async close() {
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await client.unsafe(statement)
  } finally {
    await client.end()
  }
}
