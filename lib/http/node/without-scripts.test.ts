import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { withoutScripts } from './without-scripts'

const PAGE =
  '<!doctype html><head><link rel="preload" as="script" href="/a.js"><link rel="stylesheet" href="/a.css"></head>' +
  '<body><p>Grüße &lt;script&gt;</p><script src="/a.js" async=""></script><script>self.x="<p>"</script></body>'

/** In two parts, the cut in the middle of a letter, as a stream may come. */
const server = createServer((request, response) => {
  withoutScripts(request, response)
  const bytes = Buffer.from(PAGE)
  response.setHeader(
    'content-type',
    request.url === '/data' ? 'text/x-component' : 'text/html; charset=utf-8',
  )
  const isZipped = request.headers['accept-encoding'] !== undefined
  response.write(isZipped ? gzipSync(bytes) : bytes.subarray(0, 140))
  response.end(isZipped ? undefined : bytes.subarray(140))
})
let url = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

it('sends a page without scripts, and everything else of it as it is', async () => {
  const page = await (await fetch(url)).text()
  expect(page).toBe(
    '<!doctype html><head><link rel="stylesheet" href="/a.css"></head><body><p>Grüße &lt;script&gt;</p></body>',
  )
})

it('leaves alone what is no page', async () => {
  expect(await (await fetch(`${url}/data`)).text()).toBe(PAGE)
})
