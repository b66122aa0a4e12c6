import { Icon } from '@/components/ui/icon'
import { Moment } from '@/components/ui/moment'
import type { ExplainedEvent } from '@/lib/logins/logins'
import type { Language } from '@/lib/messages/catalogue'
import { remedyFor } from '@/lib/messages/findings/provider-codes'
import { messages as reasons } from '@/lib/messages/reasons'
import { Detail } from '../detail'
import { WithNames } from '../with-names'
import type { LoginTexts } from './outcome-badge'

/** Every step of a login, and what to do where one failed. */
export function Timeline({
  events,
  language,
  t,
}: {
  readonly events: readonly ExplainedEvent[]
  readonly language: Language
  readonly t: LoginTexts
}) {
  return (
    <ol className="timeline">
      {events.map(({ at, step, outcome, reason, detail, codes = [] }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end
        <li key={index} className={`timeline-${kindOf(outcome, reason)}`}>
          <Sign kind={kindOf(outcome, reason)} />
          <div>
            <p>
              <strong>{t(`step.${step}`)}</strong>{' '}
              <span className="timeline-outcome">{t(wordOf(outcome, reason))}</span>{' '}
              <Moment at={at} exact language={t.language} />
            </p>
            {reason !== 'ok' && (
              <p>
                {reasons[language][reason]} <code>{reason}</code>
              </p>
            )}
            {detail && <Detail detail={detail} language={language} />}
            {reason !== 'ok' && (
              <p className="remedy">
                <strong>{t('remedy')}:</strong>{' '}
                <WithNames>{remedyFor({ reason, codes }, language)}</WithNames>
              </p>
            )}
          </div>
        </li>
      ))}
    </ol>
  )
}

const DENIED: ExplainedEvent['reason'] = 'denied_by_user'

type Kind = 'ok' | 'remark' | 'failed'

function wordOf(outcome: ExplainedEvent['outcome'], reason: ExplainedEvent['reason']) {
  if (reason === DENIED) return 'denied'
  return outcome === 'ok' ? 'ok' : 'failed'
}

/** What went well may still have something that the operator should mend; a user who says no is no failure. */
function kindOf(outcome: ExplainedEvent['outcome'], reason: ExplainedEvent['reason']): Kind {
  if (reason === DENIED) return 'remark'
  if (outcome === 'failed') return 'failed'
  return reason === 'ok' ? 'ok' : 'remark'
}

const SIGNS = { ok: 'circleCheck', remark: 'triangleAlert', failed: 'circleX' } as const

function Sign({ kind }: { readonly kind: Kind }) {
  return <Icon name={SIGNS[kind]} size={20} />
}
