import type { Visitor } from '../support/attack-visitor'

/**
 * Fills in the form of a page whose button says this, as a browser without JavaScript sends it: with the hidden
 * fields that Next finds the form's action by.
 *
 * @param page where the form stands in what an action answered, and not on the page itself
 * @returns what is answered, before any redirect is followed
 */
export async function submitForm(
  visitor: Visitor,
  url: string,
  button: string,
  values: Readonly<Record<string, string>>,
  page?: string,
): Promise<Response> {
  const html = page ?? (await (await visitor.go(url)).text())
  const found = [...html.matchAll(/<form[\s\S]*?<\/form>/g)].find(([form]) =>
    form.includes(`>${button}</button>`),
  )
  if (!found) throw new Error(`${url} has no form with the button ${button}`)
  const form = new FormData()
  for (const [input] of found[0].matchAll(/<input[^>]*type="hidden"[^>]*>/g))
    form.set(attribute(input, 'name'), attribute(input, 'value'))
  for (const [name, value] of Object.entries(values)) form.set(name, value)
  const body = new Response(form)
  return visitor.go(url, {
    method: 'POST',
    headers: { origin: new URL(url).origin, 'content-type': body.headers.get('content-type') ?? '' },
    body: new Uint8Array(await body.arrayBuffer()),
  })
}

const attribute = (tag: string, name: string) =>
  (new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
