/**
 * YAML with the place of everything in it. The parser's own messages are replaced: they quote the text around a
 * mistake, and a secret may stand there.
 */
import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml'
import type { LocatedMistake, Mistake, Path } from './mistakes'

export type YamlSource = {
  /** Plain data; `undefined` when the text could not be read at all. */
  readonly value: unknown
  readonly mistakes: readonly LocatedMistake[]
  /** Finds the line and column; of what is missing, those of the mapping or list it is missing in. */
  locate(mistake: Mistake): LocatedMistake
}

const SYNTAX: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'the indentation does not fit the lines above: indent with two spaces per level',
  TAB_AS_INDENT: 'a tab indents this line: use spaces',
  MISSING_CHAR: 'a quote, bracket, colon or comma is missing here',
  DUPLICATE_KEY: 'this key is given twice: keep one of them',
  MULTIPLE_DOCS: 'a second document starts here: keep one per file',
  BAD_DQ_ESCAPE: 'this escape sequence is unknown in double quotes: use single quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping starts within a line: begin a new line, or put the value in quotes',
  BLOCK_IN_FLOW: 'block style within braces or brackets: use one style',
  MULTILINE_IMPLICIT_KEY: 'a colon is missing: every key is followed by one',
  TAG_RESOLVE_FAILED: 'this tag is unknown: leave it out',
  NON_STRING_KEY: 'a key must be plain text',
  BAD_ALIAS: 'this anchor or alias is not well-formed: rename it',
}

const UNREADABLE = 'this is not sound YAML: check quotes, colons and indentation around here'

/** Reads one YAML document. Never throws: what is wrong is in `mistakes`. */
export function readYaml(text: string): YamlSource {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    // Line 0: the text is empty.
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const syntax = document.errors.map(({ code, pos }) => ({
    ...at(pos[0]),
    path: [],
    message: SYNTAX[code] ?? UNREADABLE,
  }))
  const dangling = danglingAliases(document).map((offset) => ({
    ...at(offset),
    path: [],
    message: 'no anchor of this name comes before: define it with & first',
  }))
  const mistakes = [...syntax, ...dangling]
  const locate = (mistake: Mistake) => ({ ...mistake, ...at(offsetOf(document, mistake)) })
  // A key given twice hides nothing else; after other faults the rest would be guesswork.
  const readable = dangling.length === 0 && document.errors.every(({ code }) => code === 'DUPLICATE_KEY')
  if (!readable) return { value: undefined, mistakes, locate }
  try {
    return { value: document.toJS(), mistakes, locate }
  } catch {
    const multiplied = { ...at(0), path: [], message: 'the aliases multiply: write the values out' }
    return { value: undefined, mistakes: [...mistakes, multiplied], locate }
  }
}

function danglingAliases(document: Document): readonly number[] {
  const offsets: number[] = []
  visit(document, {
    Alias: (_key, alias) => {
      if (!alias.resolve(document)) offsets.push(alias.range?.[0] ?? 0)
    },
  })
  return offsets
}

function offsetOf(document: Document, { path, atKey }: Mistake): number {
  let node: unknown = document.contents
  let offset = start(node) ?? 0
  for (const [i, step] of path.entries()) {
    const child = childOf(isAlias(node) ? node.resolve(document) : node, step)
    if (!child) break
    offset =
      (atKey && i === path.length - 1 ? start(child.key) : start(child.value)) ?? start(child.key) ?? offset
    node = child.value
  }
  return offset
}

function childOf(node: unknown, step: Path[number]): { key?: unknown; value: unknown } | undefined {
  if (isSeq(node) && typeof step === 'number') return { value: node.items[step] }
  if (!isMap(node)) return undefined
  return node.items.find(({ key }) => (isScalar(key) ? key.value : key) === step)
}

function start(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined
}
