import { createCssVariablesTheme, createHighlighterCore } from '@shikijs/core'
import { createJavaScriptRegexEngine } from '@shikijs/engine-javascript'

export type CodeLanguage = 'typescript' | 'python'

/** A piece of code, and what it is: `keyword`; absent where it is nothing in particular. */
type Token = { readonly text: string; readonly kind?: string }

/** Made once, at the first use: it takes a quarter of a second. */
let made: ReturnType<typeof createHighlighterCore> | undefined

/** Code by lines and tokens, for classes: the policy of pages allows no inline style. Decision 0111. */
export async function highlight(
  code: string,
  language: CodeLanguage,
): Promise<readonly (readonly Token[])[]> {
  made ??= createHighlighterCore({
    themes: [createCssVariablesTheme()],
    langs: [import('@shikijs/langs/typescript'), import('@shikijs/langs/python')],
    engine: createJavaScriptRegexEngine(),
  })
  const { codeToTokensBase } = await made
  // Without a limit, which a busy machine would reach in the middle of a line: the code is short, and our own.
  const unlimited = { tokenizeTimeLimit: 0 }
  const lines = codeToTokensBase(code, { lang: language, theme: 'css-variables', ...unlimited })
  return lines.map((tokens) =>
    tokens.map(({ content: text, color = '' }) => {
      const kind = /--shiki-token-(\w+)/.exec(color)?.[1]
      return kind ? { text, kind } : { text }
    }),
  )
}
