import { createHash } from 'node:crypto'
import type { AuthorizationResponse } from '@/lib/oauth/protocol/authorization-response'
import { answerForm } from './answer-form'
import { html, plainPage, type Reader, wordsFor } from './plain-page'

const SCRIPT = 'document.forms[0].submit()'
const SCRIPT_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`

/**
 * The answer to a client that wants it posted (OAuth 2.0 Form Post Response Mode §2): a page whose form submits itself,
 * with a button for browsers that run no script. The policy admits that one script by its hash, and so nothing that
 * might get in with a value. Decision 0017.
 *
 * @param cookies `Set-Cookie` values that go with it, as they would with a redirect
 */
export function formPostPage(
  response: AuthorizationResponse,
  reader: Reader,
  cookies: readonly string[] = [],
): Response {
  const t = wordsFor(reader)
  const form = answerForm(response, { label: t('posted.continue'), leads: t('leads') })
  // The redirect URI was validated for this mode, and again when it came out of the store.
  if (!form) throw new Error('an answer cannot be posted to this redirect URI')
  return plainPage({
    ...reader,
    status: 200,
    title: t('posted.title'),
    content: html`<p class="lead">${t('posted.lead')}</p>
${form}
<script>${{ html: SCRIPT }}</script>`,
    script: SCRIPT_SOURCE,
    headers: cookies.map((cookie): [string, string] => ['set-cookie', cookie]),
  })
}
