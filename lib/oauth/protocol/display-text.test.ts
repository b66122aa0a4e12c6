import { describe, expect, it } from 'vitest'
import { displayText } from './display-text'

describe('displayText', () => {
  it('leaves honest names alone, in any script', () => {
    for (const name of [
      'Claude',
      'Visual Studio Code',
      'Köln-Büro №7',
      '会議アシスタント',
      'مساعد الاجتماعات',
      'Zoë’s 🤖 “bot”',
    ]) {
      expect(displayText(name)).toBe(name)
    }
  })

  it('removes characters that turn the direction of the text around [H-10]', () => {
    expect(displayText('\u202Etpgtahc\u202C \u2066app\u2069\u200F')).toBe('tpgtahc app')
  })

  it('leaves nothing of a name made of invisible characters', () => {
    for (const blank of [
      '',
      ' \t\n',
      '\u200B\u200D\u2060',
      '\u3164\u115F\uFFA0',
      '\u2800\u00AD',
      '\u{E0041}\u{E007F}',
      '\uE000',
    ]) {
      expect(displayText(blank)).toBe('')
    }
  })

  it('keeps a name on one line', () => {
    expect(displayText('Claude\n\n\u2028Verified by Acme\u0007')).toBe('Claude Verified by Acme')
  })

  it('does not let combining marks pile up', () => {
    expect(displayText(`Z${'\u0335'.repeat(80)}algo`)).toBe('Z\u0335\u0335\u0335algo')
  })

  it('cuts long names by visible characters and says so', () => {
    const cut = displayText('a'.repeat(200))
    expect(cut).toBe(`${'a'.repeat(47)}…`)
    expect(displayText('e\u0301'.repeat(48))).toBe('\u00e9'.repeat(48))
    expect(displayText('👍🏽'.repeat(9), 5)).toBe(`${'👍🏽'.repeat(4)}…`)
  })

  it('spends no time on endless text', () => {
    expect(displayText('x'.repeat(5_000_000))).toHaveLength(48)
    expect(displayText(`${'\u200B'.repeat(5_000_000)}Claude`)).toBe('')
  })

  it('survives half of a surrogate pair', () => {
    expect(displayText('bad\uD83D name')).toBe('bad name')
  })
})
