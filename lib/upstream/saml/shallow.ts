/** Elements within one another; honest documents have a dozen. Parsers take quadratic time for thousands. */
const MAX_DEPTH = 100

const SKIPPED = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const

/**
 * Whether XML may be given to a parser: without a document type, which could define entities and no SAML document has,
 * and not nested deeply. Looks at each character once.
 */
export function isShallowXml(xml: string): boolean {
  let depth = 0
  for (let at = xml.indexOf('<'); at !== -1; at = xml.indexOf('<', at)) {
    const skipped = SKIPPED.find(([start]) => xml.startsWith(start, at))
    if (!skipped && xml[at + 1] === '!') return false
    const end = skipped ? xml.indexOf(skipped[1], at) : endOfTag(xml, at)
    if (end === -1) return false
    if (!skipped && xml[at + 1] === '/') depth--
    else if (!skipped && xml[end - 1] !== '/') depth++
    if (depth > MAX_DEPTH) return false
    at = end
  }
  return true
}

/** Where a tag ends, whatever its attributes hold; -1 where it does not. */
function endOfTag(xml: string, start: number): number {
  const stop = /["'>]/g
  stop.lastIndex = start
  for (let found = stop.exec(xml); found; found = stop.exec(xml)) {
    if (found[0] === '>') return found.index
    const closing = xml.indexOf(found[0], found.index + 1)
    if (closing === -1) return -1
    stop.lastIndex = closing + 1
  }
  return -1
}
