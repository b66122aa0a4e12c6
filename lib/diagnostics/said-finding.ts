import type { Language } from '@/lib/messages/catalogue'
import { sayFinding } from '@/lib/messages/findings/say'
import type { Finding } from './finding'

/** A finding in words; `remedy` is absent where nothing is to be mended. */
export type SaidFinding = Omit<Finding, 'code' | 'values'> & ReturnType<typeof sayFinding>

export const sayFindings = (findings: readonly Finding[], language: Language): readonly SaidFinding[] =>
  findings.map(({ code, values, ...finding }) => ({
    ...finding,
    ...sayFinding({ code, ...(values && { values }) }, language),
  }))
