import { parsePage } from './dom'

/** What is never made like what the server sent: what the script draws itself, and what is for browsers without one. */
const OWN = '[data-own], noscript'
/** What only the browser knows: whether something is folded out, and whether a form was changed. */
const KEPT = new Set(['open', 'data-changed'])

/** Shows another state of the page: focus, what was typed and what is folded out stay where they still belong. */
export function drawAnew(html: string): void {
  const page = parsePage(html)
  document.title = page.title
  makeLike(document.body, page.body)
}

function makeLike(now: Element, wanted: Element): void {
  if (now.isEqualNode(wanted) || now.matches(OWN)) return
  for (const { name } of [...now.attributes])
    if (!wanted.hasAttribute(name) && !KEPT.has(name)) now.removeAttribute(name)
  for (const { name, value } of wanted.attributes)
    if (now.getAttribute(name) !== value && !KEPT.has(name)) now.setAttribute(name, value)
  let at = now.firstChild
  for (const next of [...wanted.childNodes]) at = place(now, at, next)
  while (at) {
    const after: ChildNode | null = at.nextSibling
    at.remove()
    at = after
  }
}

/** Brings one child to where the cursor is; returns where the cursor is then. */
function place(parent: Element, at: ChildNode | null, wanted: ChildNode): ChildNode | null {
  // What has gone: the next one is what is wanted.
  if (at && !isSame(at, wanted) && at.nextSibling && isSame(at.nextSibling, wanted) && hasName(wanted)) {
    const gone = at
    at = at.nextSibling
    gone.remove()
  }
  if (!at || !isSame(at, wanted)) {
    // What is new: what stands here is wanted after it.
    const isInserted = at && wanted.nextSibling && isSame(at, wanted.nextSibling)
    if (at && !isInserted) {
      const after = at.nextSibling
      at.replaceWith(wanted)
      return after
    }
    parent.insertBefore(wanted, at)
    return at
  }
  if (at instanceof Element && wanted instanceof Element) makeLike(at, wanted)
  else if (at.nodeValue !== wanted.nodeValue) at.nodeValue = wanted.nodeValue
  return at.nextSibling
}

const hasName = (node: Node): boolean => node instanceof Element

function isSame(one: Node, other: Node): boolean {
  if (one.nodeName !== other.nodeName) return false
  if (!(one instanceof Element && other instanceof Element)) return true
  return ['id', 'name', 'type', 'role'].every((name) => one.getAttribute(name) === other.getAttribute(name))
}
