import { scaleBand, scaleLinear } from 'd3-scale'
import { area, stack } from 'd3-shape'
import type { Language } from '@/lib/messages/catalogue'
import { ChartFrame, percent } from './chart-frame'
import { Table } from './table'

export type Series = {
  readonly title: string
  readonly tone: 'good' | 'bad' | 'accent' | 'first' | 'second' | 'third' | 'fourth' | 'rest'
  /** One for each day. */
  readonly numbers: readonly number[]
}

type DayChartProps = {
  readonly label: string
  /** Its numbers in short, for those who cannot see it. */
  readonly summary: string
  readonly days: readonly string[]
  /** Stacked, the first one at the bottom. */
  readonly series: readonly Series[]
  /** Bars for what happened on a day, an area for what there is at its end. */
  readonly shape?: 'bars' | 'area'
  /** What a click on a day opens. */
  readonly hrefOf?: (day: string) => string
  readonly words: { readonly day: string; readonly asTable: string; readonly nothing: string }
  /** What the colours mean is said elsewhere. */
  readonly hasLegend?: boolean
  readonly language: Language
}

/** Numbers by day, drawn on the server; the same numbers are in a table. Decision 0094. */
export function DayChart({
  label,
  summary,
  days,
  series,
  shape = 'bars',
  hrefOf,
  words,
  hasLegend = series.length > 1,
  language,
}: DayChartProps) {
  if (series.every(({ numbers }) => numbers.every((number) => number === 0))) return <p>{words.nothing}</p>
  const rows = days.map((day, i) => ({ day, numbers: series.map(({ numbers }) => numbers[i] ?? 0) }))
  const highest = Math.max(1, ...rows.map(({ numbers }) => numbers.reduce((a, b) => a + b, 0)))
  const x = scaleBand(days, [0, 100]).padding(0.25)
  const y = scaleLinear([0, highest], [100, 0]).nice(4)
  const format = new Intl.NumberFormat(language)
  const short = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const nameOf = (day: string) => short.format(new Date(day))
  const middleOf = (day: string) => (x(day) ?? 0) + x.bandwidth() / 2
  const chartDays = rows.map(({ day, numbers }) => ({
    day,
    label: nameOf(day),
    middle: middleOf(day),
    tip: `${nameOf(day)}: ${numbers.map((number, s) => `${format.format(number)} ${series[s]?.title}`).join(' · ')}`,
    href: hrefOf?.(day),
  }))
  const layers = stack<(typeof rows)[number], number>()
    .keys(series.keys())
    .value(({ numbers }, key) => numbers[key] ?? 0)(rows)
  return (
    <figure className="chart">
      {hasLegend && (
        <figcaption className="chart-legend">
          {series.map(({ title, tone }) => (
            <span key={title} className={`chart-${tone}`}>
              {title}
            </span>
          ))}
        </figcaption>
      )}
      <ChartFrame {...{ label, summary, y }} days={chartDays} number={(value) => format.format(value)}>
        {layers.map((layer) =>
          shape === 'area' ? (
            <svg key={layer.key} aria-hidden viewBox="0 0 100 100" preserveAspectRatio="none">
              <path
                className={`chart-area chart-${series[layer.key]?.tone}`}
                d={
                  area<(typeof layer)[number]>()
                    .x((_, i) => ((i + 0.5) / days.length) * 100)
                    .y0(([from]) => y(from))
                    .y1(([, to]) => y(to))(layer) ?? undefined
                }
              />
            </svg>
          ) : (
            layer.map(([from, to], i) => (
              <rect
                key={days[i]}
                className={`chart-${series[layer.key]?.tone}`}
                x={percent(x(days[i] ?? '') ?? 0)}
                y={percent(y(to))}
                width={percent(x.bandwidth())}
                height={percent(y(from) - y(to))}
              />
            ))
          ),
        )}
      </ChartFrame>
      <details className="more">
        <summary>{words.asTable}</summary>
        <DayTable {...{ label, rows, series, nameOf, hrefOf }} day={words.day} number={format.format} />
      </details>
    </figure>
  )
}

type DayTableProps = Pick<DayChartProps, 'label' | 'series'> & {
  readonly hrefOf: DayChartProps['hrefOf'] | undefined
  readonly rows: readonly { readonly day: string; readonly numbers: readonly number[] }[]
  readonly nameOf: (day: string) => string
  readonly day: string
  readonly number: (value: number) => string
}

/** The same numbers, the newest day first. */
function DayTable({ label, rows, series, nameOf, hrefOf, day: title, number }: DayTableProps) {
  return (
    <Table
      caption={label}
      rows={rows.toReversed()}
      keyOf={({ day }) => day}
      columns={[
        {
          title,
          long: true,
          cell: ({ day }) => (hrefOf ? <a href={hrefOf(day)}>{nameOf(day)}</a> : nameOf(day)),
        },
        ...series.map((one, s) => ({
          title: one.title,
          cell: ({ numbers }: (typeof rows)[number]) => (
            <span className="number">{number(numbers[s] ?? 0)}</span>
          ),
        })),
      ]}
    />
  )
}
