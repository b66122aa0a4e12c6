/** Bytes of a form for a page. */
export const MAX_FORM = 1024 * 1024

/** Whether Next would run a server action for it: any other POST to a page or to nowhere runs nothing. */
export function isAction(
  method: string | undefined,
  {
    contentType,
    nextAction,
  }: { readonly contentType: string; readonly nextAction: string | null | undefined },
): boolean {
  const isForm = /^\s*(multipart\/|application\/x-www-form-urlencoded)/i.test(contentType)
  return method === 'POST' && (isForm || (nextAction ?? null) !== null)
}

/** Whether it is read before Next reads it: one without an action, which is not `multipart`, is left alone. */
export const isMultipart = (contentType: string): boolean => /^\s*multipart\//i.test(contentType)

/** Whether what was posted is a form that a browser sends for an action. */
export async function isReadableForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  isCall: boolean,
): Promise<boolean> {
  const sent = new Response(body, { headers: { 'content-type': contentType } })
  const form = await sent.formData().catch(() => null)
  return form !== null && ![...form].flat().some(hasNul) && callsAsPagesDo(form, isCall)
}

/** No browser lets one be typed, and no database takes it. */
const hasNul = (text: FormDataEntryValue): boolean => typeof text === 'string' && text.includes('\0')

/**
 * Whether a form calls a server action as our pages do: with arguments that can be read, and that refer to nothing but
 * the form. Next calls others an error of ours.
 *
 * @param isCall whether the action is named by a header, and not within the form, as without JavaScript
 */
function callsAsPagesDo(form: FormData, isCall: boolean): boolean {
  if (isCall) return isReadable(form.get('0'), Array.isArray, () => false)
  return [...form].every(([name, value]) => {
    const [, prefix, part] = /^(\$ACTION_\d+:)(\d+)$/.exec(name) ?? []
    const isOfKind = Number(part) === 0 ? isNamed : Array.isArray
    return prefix === undefined || isReadable(value, isOfKind, (number) => form.has(prefix + number))
  })
}

/** Which action is called without JavaScript; its arguments are a part of their own. */
const isNamed = (value: unknown): boolean => typeof value === 'object' && value !== null && 'id' in value

/**
 * @param isOfKind whether it is what this part has to be
 * @param hasPart whether a part of this number was sent
 */
function isReadable(
  text: FormDataEntryValue | null,
  isOfKind: (value: unknown) => boolean,
  hasPart: (part: number) => boolean,
): boolean {
  const isSound = (value: unknown): boolean => {
    if (typeof value !== 'string')
      return typeof value !== 'object' || value === null || Object.values(value).every(isSound)
    // React's format: a part of the call, itself, nothing, or the form that was sent with it.
    const part = /^\$@([\da-f]+)$/.exec(value)?.[1]
    return part ? hasPart(Number.parseInt(part, 16)) : /^(?!\$)|^\$(\$|undefined$|K[\da-f]+$)/.test(value)
  }
  try {
    const value: unknown = typeof text === 'string' && JSON.parse(text)
    return isOfKind(value) && isSound(value)
  } catch {
    return false
  }
}
