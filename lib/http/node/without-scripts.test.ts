import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { withoutScripts } from './without-scripts'

const PAGE =
  '<!doctype html><head><link rel="preload" as="script" href="/a.js"><link rel="stylesheet" href="/a.css"></head>' +
  '<body><p>Grüße &lt;script&gt;</p><script src="/a.js" async=""></script><script>self.x="<p>"</script></body>'

const FAILED = '<!DOCTYPE html><html id="__next_error__"><head></head><body></body></html>'

let said: number | undefined

const page = {
  statusOf: () => said,
  failurePage: (status: number) => `<!doctype html><p>${status}`,
}

/** In two parts, the cut in the middle of a letter, as a stream may come. */
const server = createServer((request, response) => {
  const { url, headers } = request
  const script = url === '/' ? {} : { script: '<script src="/own.js"></script>' }
  withoutScripts(request, response, { ...page, ...script })
  const bytes = Buffer.from(url === '/failed' ? FAILED : PAGE)
  response.setHeader('content-type', url === '/data' ? 'text/x-component' : 'text/html; charset=utf-8')
  if (url === '/failed') response.statusCode = 500
  if (url === '/moved')
    Object.assign(response, { statusCode: 303 }).setHeader('location', 'https://elsewhere.example/')
  // As Next does, and what compresses in it.
  response.flushHeaders()
  response.writeHead(response.statusCode)
  const isZipped = headers['accept-encoding'] !== undefined
  response.write(isZipped ? gzipSync(bytes) : bytes.subarray(0, 140))
  response.end(isZipped ? undefined : bytes.subarray(140))
})
let url = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())
beforeEach(() => {
  said = undefined
})

it('sends a page without scripts, and everything else of it as it is', async () => {
  const answer = await fetch(url)
  expect(await answer.text()).toBe(
    '<!doctype html><head><link rel="stylesheet" href="/a.css"></head><body><p>Grüße &lt;script&gt;</p></body>',
  )
  expect(answer.headers.get('content-encoding')).toBeNull()
})

it('sends a page with its own script, compressed', async () => {
  const answer = await fetch(`${url}/with-script`)
  expect(await answer.text()).toBe(
    '<!doctype html><head><link rel="stylesheet" href="/a.css"><script src="/own.js"></script></head>' +
      '<body><p>Grüße &lt;script&gt;</p></body>',
  )
  expect(answer.headers.get('content-encoding')).toBe('gzip')
  expect(answer.headers.get('vary')).toBe('Accept-Encoding')
})

it('leaves alone what is no page', async () => {
  expect(await (await fetch(`${url}/data`)).text()).toBe(PAGE)
})

it('has the status that the page says', async () => {
  said = 404
  expect((await fetch(`${url}/with-script`)).status).toBe(404)
})

it('says when to try again where a store was not there', async () => {
  said = 503
  expect((await fetch(`${url}/failed`)).headers.get('retry-after')).toMatch(/^\d+$/)
})

it('has something to show where a page could not be made', async () => {
  const answer = await fetch(`${url}/failed`)
  expect([answer.status, await answer.text()]).toEqual([500, '<!doctype html><p>500'])
})

it('tells the script where to go, and a browser by a redirect', async () => {
  const inPlace = await fetch(`${url}/moved`, { headers: { 'x-in-place': '1' }, redirect: 'manual' })
  expect([inPlace.status, inPlace.headers.get('x-location')]).toEqual([204, 'https://elsewhere.example/'])
  expect(inPlace.headers.get('location')).toBeNull()
  const moved = await fetch(`${url}/moved`, { redirect: 'manual' })
  expect([moved.status, await moved.text()]).toEqual([303, ''])
})
