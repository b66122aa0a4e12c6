import { DayChart } from '@/components/ui/day-chart'
import { Section } from '@/components/ui/page'
import { Tile } from '@/components/ui/tile'
import { messages as reasons } from '@/lib/messages/reasons'
import type { Overview } from '@/lib/organizations/overview'
import { routes } from '@/lib/routes'
import type { OverviewTexts } from './first-steps'
import { RankedChart } from './ranked-chart'

type NumbersProps = {
  /** Slug. */
  readonly organization: string
  /** Slug of the only server that is counted. */
  readonly server: string | undefined
  readonly overview: Overview
  readonly t: OverviewTexts
}

/** The organization's numbers over time. */
export function Numbers({ organization, server, overview, t }: NumbersProps) {
  const { days } = overview
  const of = (key: 'completed' | 'failed' | 'refreshes' | 'grants') => days.map((day) => day[key])
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
  const shared = {
    days: days.map(({ day }) => day),
    words: { day: t('day'), asTable: t('asTable'), nothing: t('nothing') },
    language: t.language,
  }
  const { completed, failed, grants } = overview.totals
  const number = new Intl.NumberFormat(t.language)
  const total = (of: number) => t('total', { count: number.format(of) })
  const now = t('now', { count: number.format(grants) })
  return (
    <>
      <Tiles overview={overview} t={t} />
      <Section title={t('logins')} lead={total(completed + failed)}>
        <DayChart
          {...shared}
          label={t('logins')}
          summary={`${t('completed')} ${completed}, ${t('failed')} ${failed}`}
          hrefOf={(day) => routes.logins(organization, { from: day, until: day, server })}
          series={[
            { title: t('completed'), tone: 'good', numbers: of('completed') },
            { title: t('failed'), tone: 'bad', numbers: of('failed') },
          ]}
        />
      </Section>
      <Failures {...{ organization, server, overview, t }} />
      <div className="pair">
        <Section title={t('grants')} lead={`${now}. ${t('grantsLead')}`}>
          <DayChart
            {...shared}
            label={t('grants')}
            summary={now}
            shape="area"
            series={[{ title: t('grants'), tone: 'accent', numbers: of('grants') }]}
          />
        </Section>
        <Section title={t('refreshes')} lead={`${total(sum(of('refreshes')))}. ${t('refreshesLead')}`}>
          <DayChart
            {...shared}
            label={t('refreshes')}
            summary={total(sum(of('refreshes')))}
            series={[{ title: t('refreshes'), tone: 'accent', numbers: of('refreshes') }]}
          />
        </Section>
      </div>
      <Relogins {...{ organization, overview, t }} />
    </>
  )
}

/** What matters most, and how it changed against the days before. */
function Tiles({
  overview: { totals, before },
  t,
}: {
  readonly overview: Overview
  readonly t: OverviewTexts
}) {
  const number = new Intl.NumberFormat(t.language)
  const share = new Intl.NumberFormat(t.language, { style: 'percent', maximumFractionDigits: 1 })
  const attempts = (of: Overview['totals']) => of.completed + of.failed
  const rate = (of: Overview['totals']) => (attempts(of) > 0 ? of.completed / attempts(of) : undefined)
  /** Nothing grows from nothing by so many percent. */
  const growth = (now: number, earlier: number | undefined) =>
    earlier ? (now - earlier) / earlier : undefined
  const [rateNow, rateBefore] = [rate(totals), before && rate(before)]
  const signed = new Intl.NumberFormat(t.language, { signDisplay: 'exceptZero', maximumFractionDigits: 1 })
  const changed = (by: number | undefined, unit: 'percent' | 'points') =>
    by === undefined
      ? t('changeUnknown')
      : t('change', { change: t(unit, { number: signed.format(by * 100).replace('-', '−') }) })
  return (
    <dl className="tiles" aria-label={t('tiles')}>
      <Tile
        title={t('tile.logins')}
        value={number.format(attempts(totals))}
        change={changed(growth(attempts(totals), before && attempts(before)), 'percent')}
      />
      <Tile
        title={t('tile.rate')}
        value={rateNow === undefined ? '–' : share.format(rateNow)}
        change={changed(
          rateNow === undefined || rateBefore === undefined ? undefined : rateNow - rateBefore,
          'points',
        )}
      />
      <Tile
        title={t('tile.users')}
        value={number.format(totals.users)}
        change={changed(growth(totals.users, before?.users), 'percent')}
      />
      <Tile
        title={t('tile.grants')}
        value={number.format(totals.grants)}
        change={changed(growth(totals.grants, before?.grants), 'percent')}
      />
    </dl>
  )
}

/** Why logins failed. */
function Failures({ organization, server, overview: { days, failures }, t }: NumbersProps) {
  const texts: Readonly<Record<string, string>> = reasons[t.language]
  const reasonOf = (reason: string) => texts[reason] ?? reason
  if (failures.length === 0)
    return (
      <Section title={t('failures')}>
        <p>{t('failuresNone')}</p>
      </Section>
    )
  return (
    <Section title={t('failures')}>
      <RankedChart
        label={t('failures')}
        days={days.map(({ day }) => day)}
        byDay={days.map((day) => new Map(day.failures.map(({ reason, number }) => [reason, number])))}
        rows={failures.map(({ reason, number }) => ({
          key: reason,
          name: reasonOf(reason),
          title: <a href={routes.logins(organization, { reason, server })}>{reasonOf(reason)}</a>,
          number,
        }))}
        t={t}
      />
    </Section>
  )
}

/** Logins that should not have been needed. */
function Relogins({ organization, overview: { days, relogins }, t }: Omit<NumbersProps, 'server'>) {
  return (
    <Section title={t('relogins')} lead={t('reloginsLead')}>
      {relogins.length > 0 ? (
        <RankedChart
          label={t('relogins')}
          days={days.map(({ day }) => day)}
          byDay={days.map(
            (day) => new Map(day.relogins.map(({ clientRowId, number }) => [clientRowId, number])),
          )}
          rows={relogins.map(({ clientRowId, name, number }) => ({
            key: clientRowId,
            name,
            title: <a href={routes.client(organization, clientRowId)}>{name}</a>,
            number,
          }))}
          t={t}
        />
      ) : (
        <p>{t('reloginsNone')}</p>
      )}
    </Section>
  )
}
