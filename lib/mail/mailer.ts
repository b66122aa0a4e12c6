import type { Sealer } from '@/lib/crypto/seal'
import { describeError, type Log } from '@/lib/log'
import type { Language } from '@/lib/messages/catalogue'
import type { Database } from '@/lib/store/database/database'
import { newId } from '@/lib/store/database/ids'
import { mailContext } from '@/lib/store/database/sealed-contexts'
import { outboxStore } from '@/lib/store/mail/outbox'
import { mailAddress } from './address'
import { composeMail, type MailParts } from './compose'

export type Mail = Omit<MailParts, 'language' | 'values' | 'brand'> & {
  /** As it was entered. */
  readonly to: string
  /** Null: of the installation. */
  readonly organizationId: string | null
  readonly values?: MailParts['values']
  /** That of whom has it sent; otherwise the installation's. */
  readonly language?: Language | undefined
  /** Names the occasion: there is one mail for it to an address. */
  readonly occasion?: string
}

export type Mailer = {
  /**
   * Queues a mail. Never fails what it is about: the link is shown, too.
   *
   * @returns the address that it will be sent to; undefined when it will not
   */
  send(mail: Mail): Promise<string | undefined>
}

/** Mails go through a table: who has one sent waits for no server, and none is lost at a restart. Decision 0098. */
export function mailer(
  { publicUrl, language: usual }: { readonly publicUrl: string; readonly language: Language },
  { db, sealer }: { readonly db: Database; readonly sealer: Sealer },
  log: Log,
): Mailer {
  const outbox = outboxStore(db)
  async function queue({ to, organizationId, kind, occasion, ...mail }: Mail, recipient: string) {
    const brand = organizationId === null ? null : await outbox.brand(organizationId)
    const parts = { values: {}, ...mail, kind, language: mail.language ?? usual, ...(brand && { brand }) }
    const id = newId()
    const content = sealer.seal(JSON.stringify(composeMail(parts, publicUrl)), mailContext(id))
    const row = { id, organizationId, kind, recipient, content, ...(occasion && { occasion }) }
    return outbox.queue(row, db.clock.now())
  }
  return {
    async send(mail) {
      const recipient = mailAddress(mail.to)
      if (!recipient) return undefined
      try {
        return (await queue(mail, recipient)) ? recipient : undefined
      } catch (error) {
        log.error('mail not queued', describeError(error))
        return undefined
      }
    },
  }
}
