import { expect, it } from 'vitest'
import { httpHandler, plainAnswer } from './http-handler'
import { seeOther, seeOtherPlainly } from './see-other'

const toWeb = (answer: Parameters<typeof plainAnswer>[0]) =>
  httpHandler(() => plainAnswer(answer))(new Request('http://localhost/'))

it('a redirect says the same either way, and nothing of a body that it has not', async () => {
  const [plain, web] = [
    await toWeb(seeOtherPlainly('https://a.example/?b')),
    seeOther('https://a.example/?b'),
  ]
  expect([plain.status, [...plain.headers], await plain.text()]).toEqual([303, [...web.headers], ''])
})

it('a web answer keeps status, headers, text and its one cookie', async () => {
  const headers = { 'content-type': 'text/html', 'set-cookie': 'a=1; Path=/' }
  const answer = await plainAnswer(new Response('Zoë', { status: 400, headers }))
  expect(answer).toEqual({ status: 400, headers, text: 'Zoë' })
})

it('a second cookie would be lost, so there is none', async () => {
  await expect(plainAnswer(seeOther('https://a.example', ['a=1', 'b=2']))).rejects.toThrow('one cookie')
})
