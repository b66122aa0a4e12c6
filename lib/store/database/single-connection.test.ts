import { expect, it } from 'vitest'
import { startPostgres } from '@/test/postgres'
import { relayPostgres } from '@/test/postgres-relay'
import { singleConnection } from './single-connection'

it('asks the database for nothing by itself, whose failure nobody would hear of', async () => {
  const { url, close } = await startPostgres()
  const asked: string[] = []
  const relay = await relayPostgres(url, ({ type, statement, bytes }) => {
    if ('PQ'.includes(type || '-')) asked.push(statement)
    return bytes
  })
  const client = singleConnection(relay.url)
  await client`select 1`
  expect(asked).toEqual(['select 1'])
  await client.end()
  await relay.close()
  await close()
})
