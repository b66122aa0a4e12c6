import { SYSTEM } from '@/lib/access'
import { entryIn } from '@/lib/audit/audit'
import type { MailSettings } from '@/lib/config-mail'
import type { Log } from '@/lib/log'
import type { Composed } from '@/lib/mail/compose'
import { type SendMail, smtpSender } from '@/lib/mail/smtp'
import type { Installation } from '@/lib/services/installation'
import { mailContext } from '@/lib/store/database/sealed-contexts'
import { outboxStore, type TakenMail } from '@/lib/store/mail/outbox'
import type { Work } from '@/lib/webhooks/worker'

/** Seconds from each attempt that failed to the next: after the last one, the mail is given up. */
const WAITS = [30, 120, 600, 3_600, 4 * 3_600]

/** Sends what is queued, beside other instances. */
export function mailWork(
  settings: MailSettings,
  { db, sealer }: Pick<Installation, 'db' | 'sealer'>,
  log: Log,
  {
    send = smtpSender(settings),
    prepare = async () => {},
  }: { readonly send?: SendMail; readonly prepare?: Work['prepare'] } = {},
): Work {
  const outbox = outboxStore(db)

  async function attempt({
    id,
    recipient,
    content,
    organizationId,
    kind,
    attempts,
  }: TakenMail): Promise<void> {
    const mail: Composed = JSON.parse(sealer.open(content, mailContext(id)))
    const refused = await send(recipient, id, mail)
    if (!refused) return outbox.sent(id)
    const { problem, isFinal } = refused
    const [wait, now] = [WAITS[attempts - 1], db.clock.now()]
    const isOver = isFinal || wait === undefined
    log.warn(isOver ? 'mail given up' : 'mail put off', { reference: id, reason: problem })
    if (!isOver) return outbox.putOff(id, problem, new Date(now.getTime() + wait * 1000))
    const event = {
      action: 'mail.failed',
      targetKind: 'mail',
      targetId: id,
      targetName: recipient,
      detail: { kind, problem },
    }
    await outbox.giveUp(id, problem, entryIn(organizationId ?? 'installation', SYSTEM, now, event))
  }

  return {
    prepare,
    async next() {
      const taken = await outbox.take(db.clock.now())
      return taken && (() => attempt(taken))
    },
  }
}
