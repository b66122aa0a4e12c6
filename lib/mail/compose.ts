import { escapeHtml } from '@/lib/escape-html'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/mail/mails'
import { displayText } from '@/lib/oauth/protocol/display-text'
import type { MailBrand } from '@/lib/store/mail/outbox'

/** What mails are about: those with a link that is a secret, and alerts. */
export type MailKind =
  | 'invitation'
  | 'operator_invitation'
  | 'operator_recovery'
  | 'setup_link'
  | 'password'
  | 'password_reset'
  | 'alert_connection'
  | 'alert_certificate'
  | 'alert_key'
  | 'alert_secret'
  | 'alert_webhook'
  | 'alert_client'

export type MailParts = {
  readonly kind: MailKind
  readonly language: Language
  /** Names that others chose, and dates. */
  readonly values: Readonly<Record<string, string>>
  /** Under our origin. */
  readonly link: string
  readonly until?: Date
  /** Of the organization; without it, the mail is Vestibule's own. */
  readonly brand?: MailBrand
}

/** As it is stored until it is sent. */
export type Composed = {
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Base64; `html` shows it as `cid:logo`. */
  readonly logo?: { readonly type: string; readonly content: string }
}

const LONGEST_NAME = 80
const ACCENT = '#1f2937'

/** What mail programs cannot show. */
const UNSHOWN = 'image/webp'

/**
 * A mail as text and as HTML. All links lead to our origin: what looks like an address in a name that others chose is
 * written so that no mail program makes a link of it.
 *
 * @throws Error when the link leads elsewhere: a bug
 */
export function composeMail(
  { kind, language, values, link, until, brand }: MailParts,
  publicUrl: string,
): Composed {
  if (!link.startsWith(`${publicUrl}/`)) throw new Error('a mail may only link to our own origin')
  const t = translator(messages, language)
  const named = { organization: brand?.name ?? 'Vestibule', ...values }
  const shown = Object.fromEntries(Object.entries(named).map(([name, value]) => [name, unlinked(value)]))
  const subject = t(`${kind}.subject`, shown)
  const said = t(`${kind}.text`, shown)
  const valid = until && t('until', { date: until.toISOString().slice(0, 16).replace('T', ' ') })
  const closing = [...(until ? [t('unexpected')] : []), t('sender', { origin: publicUrl })]
  const text = [said, `${t(`${kind}.button`)}:\n${link}`, ...(valid ? [valid] : []), ...closing].join('\n\n')
  const logo = brand?.logo && brand.logo.type !== UNSHOWN ? brand.logo : undefined
  const html = `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;background:#f4f4f5;color:#18181b;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:34em;margin:0 auto;padding:32px 16px">
<p style="font-weight:600">${logo ? '<img src="cid:logo" alt="" height="32" style="vertical-align:middle"> ' : ''}${escapeHtml(shown.organization ?? '')}</p>
<div style="background:#ffffff;border-radius:8px;padding:24px">
<p style="margin-top:0">${escapeHtml(said)}</p>
<p><a href="${escapeHtml(link)}" style="display:inline-block;background:${brand?.accent ?? ACCENT};color:#ffffff;padding:10px 16px;border-radius:6px;text-decoration:none">${escapeHtml(t(`${kind}.button`))}</a></p>
${valid ? `<p>${escapeHtml(valid)}</p>\n` : ''}<p style="margin-bottom:0;font-size:14px;color:#52525b">${escapeHtml(t('copy'))}<br><span style="word-break:break-all">${escapeHtml(link)}</span></p>
</div>
${closing.map((line) => `<p style="font-size:14px;color:#52525b">${escapeHtml(line)}</p>`).join('\n')}
</div></body></html>
`
  const content = logo && Buffer.from(logo.bytes).toString('base64')
  return { subject, text: `${text}\n`, html, ...(logo && content && { logo: { type: logo.type, content } }) }
}

/** One line, in which nothing is an address any more: `evil[.]example`. */
const unlinked = (name: string) =>
  displayText(name, LONGEST_NAME)
    .replace(/:(?=\S)/g, '[:]')
    .replace(/[.。．](?=\S)/g, '[.]')
