import { Icon } from '@/components/ui/icon'
import { Section } from '@/components/ui/page'
import type { Translate } from '@/lib/messages/catalogue'
import type { messages } from '@/lib/messages/overview'
import type { Overview } from '@/lib/organizations/overview'
import { routes } from '@/lib/routes'

export type OverviewTexts = Translate<keyof (typeof messages)['en']>

type FirstStepsProps = {
  /** Slug. */
  readonly organization: string
  readonly progress: Overview['progress']
  readonly t: OverviewTexts
}

const STEPS = [
  ['connection', routes.connections],
  ['server', routes.servers],
  ['login', routes.logins],
] as const

/** What to do until the first user is connected. */
export function FirstSteps({ organization, progress, t }: FirstStepsProps) {
  return (
    <Section title={t('start')} lead={t('startLead')}>
      <ol className="steps">
        {STEPS.map(([step, route]) => (
          <li key={step} className={progress[step] ? 'steps-done' : undefined}>
            <Icon name={progress[step] ? 'circleCheck' : 'circleDashed'} size={22} />
            <div>
              <a href={route(organization)}>{t(`step.${step}`)}</a>
              <span className="visually-hidden">{` (${progress[step] ? t('done') : t('todo')})`}</span>
              <p>{t(`step.${step}Lead`)}</p>
            </div>
          </li>
        ))}
      </ol>
    </Section>
  )
}
