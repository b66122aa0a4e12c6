import type { ReactNode } from 'react'
import { DayChart, type Series } from '@/components/ui/day-chart'
import { Ranking } from '@/components/ui/ranking'
import type { OverviewTexts } from './first-steps'

type RankedChartProps = {
  readonly label: string
  readonly days: readonly string[]
  /** The most frequent first; their numbers are of all days together. */
  readonly rows: readonly {
    readonly key: string
    readonly name: string
    readonly title: ReactNode
    readonly number: number
  }[]
  /** How many there were of a kind, for each day. */
  readonly byDay: readonly ReadonlyMap<string, number>[]
  readonly t: OverviewTexts
}

/** How many kinds have a colour of their own. */
const TONES = ['first', 'second', 'third', 'fourth'] as const

/** What there was of some kinds, by day, and in all. */
export function RankedChart({ label, days, rows, byDay, t }: RankedChartProps) {
  const shown = rows.slice(0, TONES.length)
  const totals = byDay.map((kinds) => [...kinds.values()].reduce((a, b) => a + b, 0))
  const named = shown.map(
    ({ key, name }, i): Series => ({
      title: name,
      tone: TONES[i] ?? 'rest',
      numbers: byDay.map((kinds) => kinds.get(key) ?? 0),
    }),
  )
  const rest = totals.map((total, day) =>
    named.reduce((left, { numbers }) => left - (numbers[day] ?? 0), total),
  )
  const others: Series = { title: t('others'), tone: 'rest', numbers: rest }
  return (
    <div className="ranked">
      <DayChart
        label={label}
        summary={rows.map(({ name, number }) => `${name} ${number}`).join(', ')}
        days={days}
        series={rest.some((number) => number > 0) ? [...named, others] : named}
        words={{ day: t('day'), asTable: t('asTable'), nothing: t('nothing') }}
        hasLegend={false}
        language={t.language}
      />
      <Ranking
        label={t('inAll', { what: label })}
        rows={rows.map((row, i) => ({ ...row, tone: TONES[i] ?? 'rest' }))}
      />
    </div>
  )
}
