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
import type { MistakeCode } from '@/lib/messages/mistakes'
import type { LocatedMistake, Mistake, Path } from './mistakes'

export type YamlSource = {
  /** Plain data; `undefined` when the text could not be read at all. */
  readonly value: unknown
  readonly mistakes: readonly LocatedMistake[]
  /** Finds the line and column; of what is missing, those of the mapping or list it is missing in. */
  locate(mistake: Mistake): LocatedMistake
}

const SYNTAX: Partial<Record<ErrorCode, MistakeCode>> = {
  BAD_INDENT: 'yaml_indentation',
  TAB_AS_INDENT: 'yaml_tab',
  MISSING_CHAR: 'yaml_character_missing',
  DUPLICATE_KEY: 'yaml_key_repeated',
  MULTIPLE_DOCS: 'yaml_second_document',
  BAD_DQ_ESCAPE: 'yaml_escape',
  BLOCK_AS_IMPLICIT_KEY: 'yaml_mapping_in_line',
  BLOCK_IN_FLOW: 'yaml_block_in_braces',
  MULTILINE_IMPLICIT_KEY: 'yaml_colon_missing',
  TAG_RESOLVE_FAILED: 'yaml_tag',
  NON_STRING_KEY: 'yaml_key_not_text',
  BAD_ALIAS: 'yaml_anchor',
}

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
    code: SYNTAX[code] ?? ('yaml_unreadable' as const),
  }))
  const dangling = danglingAliases(document).map((offset) => ({
    ...at(offset),
    path: [],
    code: 'yaml_unknown_anchor' as const,
  }))
  const mistakes = [...syntax, ...dangling]
  const locate = (mistake: Mistake) => ({ ...mistake, ...at(offsetOf(document, mistake)) })
  // A key given twice hides nothing else; after other faults the rest would be guesswork.
  const readable = dangling.length === 0 && document.errors.every(({ code }) => code === 'DUPLICATE_KEY')
  if (!readable) return { value: undefined, mistakes, locate }
  try {
    return { value: document.toJS(), mistakes, locate }
  } catch {
    const multiplied = { ...at(0), path: [], code: 'yaml_aliases_multiply' as const }
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
