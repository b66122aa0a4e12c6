/** A form of a page, as far as a person would see it. */
export type Form = {
  readonly action: string
  readonly method: string
  readonly fields: readonly Field[]
  readonly buttons: readonly Button[]
}
type Attributes = Readonly<Record<string, string>>
export type Field = {
  readonly name: string
  readonly type: string
  readonly value: string
  readonly checked: boolean
}
export type Button = {
  readonly name: string
  readonly value: string
  readonly label: string
  readonly action?: string
}

/** The forms of a page. It reads what servers write, and is no parser of HTML. */
export function formsIn(html: string): readonly Form[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)].map(([, head = '', body = '']) => {
    const { action = '', method = 'get' } = attributesOf(head)
    const inputs = [...body.matchAll(/<input\b([^>]*)>/gi)].map(([, tag = '']) => attributesOf(tag))
    const isButton = ({ type }: Attributes) => type === 'submit' || type === 'image'
    return {
      action,
      method: method.toLowerCase(),
      fields: inputs.filter((input) => !isButton(input)).map(fieldOf),
      buttons: [...buttonsIn(body), ...inputs.filter(isButton).map((input) => buttonOf(input, input.value))],
    }
  })
}

function buttonsIn(body: string): Button[] {
  return [...body.matchAll(/<button\b([^>]*)>(.*?)<\/button>/gis)]
    .map(([, tag = '', label = '']) => ({ attributes: attributesOf(tag), label }))
    .filter(({ attributes: { type = 'submit' } }) => type === 'submit')
    .map(({ attributes, label }) => buttonOf(attributes, decode(label.replace(/<[^>]*>/g, ' '))))
}

const fieldOf = ({ name = '', type = 'text', value = '', checked }: Attributes): Field => ({
  name,
  type: type.toLowerCase(),
  value,
  checked: checked !== undefined,
})

const buttonOf = ({ name = '', value = '', formaction }: Attributes, label = ''): Button => ({
  name,
  value,
  label: label.trim(),
  ...(formaction !== undefined && { action: formaction }),
})

function attributesOf(tag: string): Attributes {
  const pairs = [...tag.matchAll(/([^\s=/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)]
  return Object.fromEntries(
    pairs.map(([, name = '', a, b, c]) => [name.toLowerCase(), decode(a ?? b ?? c ?? '')]),
  )
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
    return decimal ? String.fromCodePoint(Number(decimal)) : (ENTITIES[name.toLowerCase()] ?? all)
  })
}

/** Where a page sends its reader: its links, and what it does by itself. */
export function linksIn(html: string): readonly string[] {
  const links = [...html.matchAll(/<a\b([^>]*)>/gi)].map(([, tag = '']) => attributesOf(tag).href)
  const refreshes = [...html.matchAll(/<meta\b([^>]*)>/gi)]
    .map(([, tag = '']) => attributesOf(tag))
    .filter((meta) => meta['http-equiv']?.toLowerCase() === 'refresh')
    .map(({ content = '' }) => /url=(.*)/i.exec(content)?.[1])
  return [...refreshes, ...links].filter((one) => one !== undefined)
}
