'use client'

import { useFormState } from '@/components/ui/action-form'
import { Badge, ButtonLink, Callout, Section, type Tone } from '@/components/ui/page'
import type { ExaminationReport } from '@/lib/diagnostics/examination'
import { formatInstant, type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/doctor'

const TONES = { ok: 'good', warning: 'warning', problem: 'problem' } as const satisfies Record<string, Tone>

type ReportProps = {
  readonly language: Language
  /** The page with the button. */
  readonly again: string
}

/** What the doctor found, in the place of the form that asked for it. */
export function Report({ language, again }: ReportProps) {
  const { shown } = useFormState()
  const t = translator(messages, language)
  if (!shown?.report) return null
  const { verdict, at, groups } = JSON.parse(shown.report) as ExaminationReport
  return (
    <div className="doctor" role="status">
      <Callout tone={TONES[verdict]} title={t(`verdict.${verdict}`)}>
        <p>{t('at', { at: formatInstant(new Date(at), language) })}</p>
      </Callout>
      {groups.map(({ group, findings }) => (
        <Section key={group} title={t(`group.${group}`)}>
          <ul className="doctor-findings">
            {findings.map((finding) => (
              <li key={`${finding.check}${finding.what}`}>
                <Badge tone={TONES[finding.verdict]}>{t(`finding.${finding.verdict}`)}</Badge>
                <div>
                  <p>
                    <bdi>{finding.what}</bdi>
                  </p>
                  {finding.clients && (
                    <p className="doctor-note">{t('concerns', { clients: finding.clients.join(', ') })}</p>
                  )}
                  {finding.remedy && (
                    <p className="doctor-note">
                      <strong>{t('remedy')}</strong> <bdi>{finding.remedy}</bdi>
                    </p>
                  )}
                </div>
              </li>
            ))}
          </ul>
        </Section>
      ))}
      <p>
        <ButtonLink href={again}>{t('again')}</ButtonLink>
      </p>
    </div>
  )
}
