import { Icon } from '@/components/ui/icon'
import type { Translate } from '@/lib/messages/catalogue'
import type { messages } from '@/lib/messages/setup-links'

export type SetupWords = Translate<keyof (typeof messages)['en']>

const STEPS = ['choose', 'register', 'enter', 'test', 'finish'] as const

type ProgressProps = { readonly current: (typeof STEPS)[number]; readonly t: SetupWords }

/** How far the holder of a setup link has come. */
export function Progress({ current, t }: ProgressProps) {
  const at = STEPS.indexOf(current)
  return (
    <ol className="setup-progress" aria-label={t('progress')}>
      {STEPS.map((step, i) => (
        <li key={step} data-done={i < at || undefined} aria-current={i === at ? 'step' : undefined}>
          {i < at ? <Icon name="circleCheck" size={18} /> : <Icon name="circleDashed" size={18} />}
          <span>{t(`progress.${step}`)}</span>
          {i < at && <span className="visually-hidden">{` (${t('progress.done')})`}</span>}
        </li>
      ))}
    </ol>
  )
}
