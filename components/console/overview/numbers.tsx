import { messages as reasons } from '@/lib/messages/reasons'
import type { Overview } from '@/lib/organizations/overview'
import { routes } from '@/lib/routes'
import { Section } from '../page'
import { DayChart } from './day-chart'
import type { OverviewTexts } from './first-steps'
import { RankedChart } from './ranked-chart'

type NumbersProps = {
  /** Slug. */
  readonly organization: string
  readonly overview: Overview
  readonly t: OverviewTexts
}

/** The organization's numbers over time. */
export function Numbers({ organization, overview, t }: NumbersProps) {
  const { days } = overview
  const names = days.map(({ day }) => day)
  const of = (key: 'completed' | 'failed' | 'refreshes' | 'grants') => days.map((day) => day[key])
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
  const words = (numbers: readonly number[]) => ({
    day: t('day'),
    asTable: t('asTable'),
    most: t('most', { count: Math.max(0, ...numbers) }),
  })
  const loginTotals = days.map(({ completed, failed }) => completed + failed)
  return (
    <>
      <Section title={t('logins')} lead={t('total', { count: sum(loginTotals) })}>
        <DayChart
          label={t('logins')}
          summary={`${t('completed')} ${sum(of('completed'))}, ${t('failed')} ${sum(of('failed'))}`}
          days={names}
          series={[
            { title: t('completed'), tone: 'good', numbers: of('completed') },
            { title: t('failed'), tone: 'bad', numbers: of('failed') },
          ]}
          words={words(loginTotals)}
        />
      </Section>
      <div className="pair">
        <Section
          title={t('grants')}
          lead={`${t('now', { count: days.at(-1)?.grants ?? 0 })}. ${t('grantsLead')}`}
        >
          <DayChart
            label={t('grants')}
            summary={t('now', { count: days.at(-1)?.grants ?? 0 })}
            days={names}
            series={[{ title: t('grants'), tone: 'accent', numbers: of('grants') }]}
            words={words(of('grants'))}
          />
        </Section>
        <Section
          title={t('refreshes')}
          lead={`${t('total', { count: sum(of('refreshes')) })}. ${t('refreshesLead')}`}
        >
          <DayChart
            label={t('refreshes')}
            summary={t('total', { count: sum(of('refreshes')) })}
            days={names}
            series={[{ title: t('refreshes'), tone: 'accent', numbers: of('refreshes') }]}
            words={words(of('refreshes'))}
          />
        </Section>
      </div>
      <Causes organization={organization} overview={overview} t={t} />
    </>
  )
}

/** Why logins failed, and which should not have been needed. */
function Causes({ organization, overview: { days, failures, relogins }, t }: NumbersProps) {
  const names = days.map(({ day }) => day)
  const texts: Readonly<Record<string, string>> = reasons[t.language]
  const reasonOf = (reason: string) => texts[reason] ?? reason
  return (
    <div className="pair">
      <Section title={t('failures')}>
        {failures.length > 0 ? (
          <RankedChart
            label={t('failures')}
            days={names}
            byDay={days.map((day) => new Map(day.failures.map(({ reason, number }) => [reason, number])))}
            rows={failures.map(({ reason, number }) => ({
              key: reason,
              name: reasonOf(reason),
              title: <a href={routes.logins(organization, { reason })}>{reasonOf(reason)}</a>,
              number,
            }))}
            t={t}
          />
        ) : (
          <p>{t('failuresNone')}</p>
        )}
      </Section>
      <Section title={t('relogins')} lead={t('reloginsLead')}>
        {relogins.length > 0 ? (
          <RankedChart
            label={t('relogins')}
            days={names}
            byDay={days.map(
              (day) => new Map(day.relogins.map(({ clientRowId, number }) => [clientRowId, number])),
            )}
            rows={relogins.map(({ clientRowId, clientId, number }) => ({
              key: clientRowId,
              name: clientId,
              title: <a href={routes.client(organization, clientRowId)}>{clientId}</a>,
              number,
            }))}
            t={t}
          />
        ) : (
          <p>{t('reloginsNone')}</p>
        )}
      </Section>
    </div>
  )
}
