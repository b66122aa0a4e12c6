'use client'

import type { ExaminationReport } from '@/lib/diagnostics/examination'
import type { Finding } from '@/lib/diagnostics/finding'
import { formatInstant, type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/doctor'
import { useFormState } from '../action-form'
import { Badge, ButtonLink, Callout, Section, type Tone } from '../page'

const TONES = { ok: 'good', warning: 'warning', problem: 'problem' } as const satisfies Record<string, Tone>

/** What the doctor says in the reader's language stands in `ownRemedy`, everything else in English. */
type TranslatedReport = Pick<ExaminationReport, 'verdict' | 'at'> & {
  readonly groups: readonly {
    readonly group: ExaminationReport['groups'][number]['group']
    readonly findings: readonly (Finding & { readonly ownRemedy?: string })[]
  }[]
}

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
  const { verdict, at, groups } = JSON.parse(shown.report) as TranslatedReport
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
                <div lang="en">
                  <p>
                    <bdi>{finding.what}</bdi>
                  </p>
                  {finding.clients && (
                    <p className="doctor-note" lang={language}>
                      {t('concerns', { clients: finding.clients.join(', ') })}
                    </p>
                  )}
                  {(finding.remedy || finding.ownRemedy) && (
                    <p className="doctor-note">
                      <strong lang={language}>{t('remedy')}</strong> <bdi>{finding.remedy}</bdi>{' '}
                      <bdi lang={language}>{finding.ownRemedy}</bdi>
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
