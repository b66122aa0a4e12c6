import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { Code } from './code'
import { highlight } from './highlight'

describe('highlighted code', () => {
  it.each([
    ['typescript', "// says hello\nexport const x = 'a'\n", ['comment', 'keyword', 'string']],
    ['python', '# says hello\ndef f():\n    return "a"\n', ['comment', 'keyword', 'string']],
  ] as const)('%s has its kinds, and is the same text', async (language, code, kinds) => {
    const lines = await highlight(code, language)
    expect(lines.flat().map(({ kind }) => kind)).toEqual(expect.arrayContaining([...kinds]))
    expect(lines.map((line) => line.map(({ text }) => text).join('')).join('\n')).toBe(code)
  })

  it('is text, whatever names it holds, and has no inline style', async () => {
    const evil = 'const name = "</code><script>alert(1)</script>" // <img onerror=x>\n'
    const html = renderToStaticMarkup(await Code({ text: evil, language: 'typescript' }))
    expect(html).not.toMatch(/<script|<img|style=/)
    expect(
      html
        .replace(/<[^>]+>/g, '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"'),
    ).toBe(evil)
  })
})
