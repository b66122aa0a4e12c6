const INLINE = new Set(['a', 'abbr', 'b', 'bdi', 'code', 'em', 'i', 'kbd', 'small', 'span', 'strong', 'time'])
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#x27': "'",
  nbsp: ' ',
}

/**
 * A page as a person meets it: its sentences, where its links lead, and what its forms send. Tags, classes, scripts,
 * hashes of assets and letters that only adorn are left out.
 */
export function htmlText(html: string): string {
  const body = html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(script|style|svg|template|noscript)\b[\s\S]*?<\/\1>/gi, '')
    .replace(/<(\w+)\b[^>]*\saria-hidden="true"[^>]*>(?:[^<]|<img\b[^>]*>)*<\/\1>/g, '')
  return body
    .replace(/<(\/?)([a-z][\w-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi, (_, end, name, rest) =>
      tag(end, name.toLowerCase(), rest),
    )
    .replace(/&([#\w]+);/g, (all, name) => ENTITIES[name] ?? all)
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
    .join('\n')
}

function tag(end: string, name: string, rest: string): string {
  const value = (attribute: string) => new RegExp(`(?:^|\\s)${attribute}="([^"]*)"`).exec(rest)?.[1]
  if (name === 'form')
    return end ? '\n[end of form]\n' : `\n[form ${value('method') ?? 'get'} ${value('action') ?? ''}]\n`
  if (end) return name === 'a' ? ' ' : INLINE.has(name) ? '' : '\n'
  if (name === 'a') return ` [to ${value('href')}] `
  if (name === 'input' || name === 'select' || name === 'textarea' || name === 'button')
    return control(name, rest, value)
  if (name === 'option') return `\n- ${value('value') ?? ''}${/\sselected/.test(rest) ? ' (selected)' : ''}: `
  return INLINE.has(name) ? '' : '\n'
}

function control(name: string, rest: string, value: (attribute: string) => string | undefined): string {
  const field = value('name')
  // Next's own, with a hash of the build.
  if (field?.startsWith('$ACTION')) return ''
  const kind = value('type') ?? name
  const flags = ['checked', 'disabled', 'required', 'readonly'].filter((flag) =>
    new RegExp(`\\s${flag}(=|\\s|$)`, 'i').test(rest),
  )
  const facts = [kind, field && `${field}=${value('value') ?? ''}`, ...flags].filter(Boolean)
  return `\n[${facts.join(' ')}] `
}
