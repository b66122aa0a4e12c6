import type { Transporter } from 'nodemailer'
import type { MailSettings } from '@/lib/config-mail'
import type { Composed } from './compose'

/** Milliseconds for each step of the conversation. */
const TIMEOUT = 10_000

/** Null when the server has taken it, otherwise why not; `isFinal` when another attempt would come to the same. */
export type Sent = { readonly problem: string; readonly isFinal: boolean } | null

export type SendMail = (to: string, id: string, mail: Composed) => Promise<Sent>

/**
 * Sends by SMTP (RFC 5321). Off this machine TLS is demanded, because the links are secrets. Of what the server says
 * only its code is kept.
 *
 * @param ca certificates that are trusted besides the system's
 */
export function smtpSender(settings: MailSettings, ca?: string): SendMail {
  const { from, name } = settings
  let transport: Promise<Transporter> | undefined
  return async (to, id, { subject, text, html, logo }) => {
    try {
      transport ??= openTransport(settings, ca)
      await (await transport).sendMail({
        from: { name: name ?? '', address: from },
        // As an object: nothing is parsed as a list of addresses.
        to: { name: '', address: to },
        envelope: { from, to: [to] },
        messageId: `<${id}@${from.split('@')[1]}>`,
        // RFC 3834: no out-of-office answers.
        headers: { 'Auto-Submitted': 'auto-generated' },
        subject,
        text,
        html,
        ...(logo && {
          attachments: [
            {
              cid: 'logo',
              filename: 'logo',
              contentType: logo.type,
              content: logo.content,
              encoding: 'base64',
            },
          ],
        }),
      })
      return null
    } catch (error) {
      return refusal(error)
    }
  }
}

/** The package is loaded with the first mail. */
async function openTransport({ url, requireTls }: MailSettings, ca?: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  const { hostname, port, protocol, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  return createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (secure ? 465 : 587)),
    secure,
    requireTLS: requireTls,
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: TIMEOUT,
    greetingTimeout: TIMEOUT,
    socketTimeout: TIMEOUT,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(ca !== undefined && { tls: { ca } }),
  })
}

function refusal(error: unknown): NonNullable<Sent> {
  const { code, responseCode, command } = (error instanceof Error ? error : {}) as {
    code?: unknown
    responseCode?: unknown
    command?: unknown
  }
  const status = typeof responseCode === 'number' ? responseCode : undefined
  const problem = status ? `SMTP ${status}` : typeof code === 'string' ? code : 'failed'
  // Wrong credentials are the installation's fault, and can be mended.
  const isFinal =
    status !== undefined && status >= 550 && status < 560 && /^(RCPT|DATA)/.test(String(command))
  return { problem, isFinal }
}
