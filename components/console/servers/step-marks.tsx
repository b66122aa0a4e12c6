import { Icon } from '@/components/ui/icon'

type StepMarksProps = {
  /** Answers which steps are done. */
  readonly at: string
  readonly steps: readonly { readonly id: string; readonly title: string }[]
  readonly label: string
  readonly done: string
  readonly open: string
  readonly looking: string
}

/** Check marks that turn green by themselves, as long as the page is looked at and something is left to do. */
export function StepMarks({ at, steps, label, done, open, looking }: StepMarksProps) {
  return (
    <div className="panel" aria-live="polite">
      <ol className="step-marks" aria-label={label} data-steps-at={at} data-done={done} data-open={open}>
        {steps.map(({ id, title }) => (
          <li key={id} data-step={id}>
            <Icon name="circleDashed" size={20} />
            <Icon name="circleCheck" size={20} />
            <span>{title}</span>
            <span className="visually-hidden">{` (${open})`}</span>
          </li>
        ))}
      </ol>
      <p className="field-hint">{looking}</p>
    </div>
  )
}
