/** The answer to a form that was sent without leaving the page: another page of the console to go to, or its own anew. */
export type Answer = { readonly goTo: string } | { readonly html: string } | null

/**
 * Sends a form as the browser would, to the page that it is on. A redirect is not followed, but said in a header
 * (`lib/http/node/without-scripts.ts`): it may lead to another origin.
 *
 * @returns null when there is no answer that could be shown
 */
export async function send(form: FormData): Promise<Answer> {
  try {
    const headers = { 'x-in-place': '1' }
    const response = await fetch(location.href, { method: 'POST', body: form, headers })
    const goTo = response.headers.get('x-location')
    if (goTo !== null) return { goTo }
    const isPage = response.headers.get('content-type')?.startsWith('text/html')
    return isPage && response.status < 500 ? { html: await response.text() } : null
  } catch {
    return null
  }
}
