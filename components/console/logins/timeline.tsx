import { CircleCheck, CircleX } from 'lucide-react'
import type { ExplainedEvent } from '@/lib/management/logins/logins'
import { Moment } from './moment'
import type { LoginTexts } from './outcome-badge'

/** Every step of a login, and what to do where one failed. */
export function Timeline({
  events,
  t,
}: {
  readonly events: readonly ExplainedEvent[]
  readonly t: LoginTexts
}) {
  return (
    <ol className="timeline">
      {events.map(({ at, step, outcome, reason, detail, remedy }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end
        <li key={index} className={`timeline-${outcome}`}>
          {outcome === 'ok' ? <CircleCheck aria-hidden size={20} /> : <CircleX aria-hidden size={20} />}
          <div>
            <p>
              <strong>{t(`step.${step}`)}</strong>{' '}
              <span className="timeline-outcome">{outcome === 'ok' ? t('ok') : t('failed')}</span>{' '}
              <Moment at={at} seconds />
            </p>
            {outcome === 'failed' && <code>{reason}</code>}
            {detail && <p className="foreign">{detail}</p>}
            {remedy && (
              <p className="remedy">
                <strong>{t('remedy')}:</strong> <span lang="en">{remedy}</span>
              </p>
            )}
          </div>
        </li>
      ))}
    </ol>
  )
}
