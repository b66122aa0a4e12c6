import { LANGUAGES, type Language } from '@/lib/messages/catalogue'
import { isLoopbackUrl, parseUrl } from '@/lib/oauth/protocol/parse-url'

/** How mail is sent; `config.ts` reads the environment. */
export type MailSettings = {
  /** `smtp:` or `smtps:`, with credentials. */
  readonly url: string
  readonly from: string
  /** What is shown beside `from`. */
  readonly name?: string
  /** Off this machine: nothing is sent in the clear. */
  readonly requireTls: boolean
  /** Of mails that nobody has sent by hand. */
  readonly language: Language
}

type Read = (name: 'SMTP_URL' | 'MAIL_FROM' | 'MAIL_LANGUAGE') => string | undefined

const ADDRESS = /^[^\s@<>,;:"()[\]\\]+@[a-z0-9-]+(\.[a-z0-9-]+)*$/i

/** @param mistakes collects incomplete and invalid settings */
export function readMail(value: Read, mistakes: string[]): MailSettings | undefined {
  const [url, sender, spoken = 'en'] = [value('SMTP_URL'), value('MAIL_FROM'), value('MAIL_LANGUAGE')]
  const language = LANGUAGES.find((known) => known === spoken)
  if (!language) mistakes.push(`MAIL_LANGUAGE is none of ${LANGUAGES.join(', ')}.`)
  if (!url && !sender) return undefined
  const server = url ? parseUrl(url) : undefined
  const isServer = server && ['smtp:', 'smtps:'].includes(server.protocol) && server.hostname !== ''
  if (!isServer)
    mistakes.push(
      'SMTP_URL is not a URL such as smtps://user:password@mail.example.com: set it with MAIL_FROM.',
    )
  const [, name, bracketed] = /^([^<>"\p{C}]*?)\s*<([^<>]+)>$/u.exec(sender ?? '') ?? []
  const from = bracketed ?? sender ?? ''
  if (!ADDRESS.test(from))
    mistakes.push('MAIL_FROM is not an address such as Acme <login@example.com>: set it with SMTP_URL.')
  if (!isServer || !url || !language) return undefined
  return { url, from, ...(name && { name }), requireTls: !isLoopbackUrl(server), language }
}
