import { Table } from '../table'

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
  readonly words: { readonly day: string; readonly asTable: string; readonly most: string }
}

const [WIDTH, HEIGHT, GAP] = [600, 140, 3]

/** Bars for each day, drawn on the server; the same numbers are in a table. */
export function DayChart({ label, summary, days, series, words }: DayChartProps) {
  const totals = days.map((_, i) => series.reduce((sum, { numbers }) => sum + (numbers[i] ?? 0), 0))
  const highest = Math.max(1, ...totals)
  const width = WIDTH / days.length
  const rows = days.map((day, i) => ({ day, numbers: series.map(({ numbers }) => numbers[i] ?? 0) }))
  return (
    <figure className="chart">
      {series.length > 1 && (
        <figcaption className="chart-legend">
          {series.map(({ title, tone }) => (
            <span key={title} className={`chart-${tone}`}>
              {title}
            </span>
          ))}
        </figcaption>
      )}
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${label}: ${summary}`}
        preserveAspectRatio="none"
      >
        {rows.map(({ day, numbers }, i) => (
          <g key={day}>
            <title>{`${day}: ${numbers.join(' + ')}`}</title>
            {stacked(numbers, highest).map(({ y, height }, s) => (
              <rect
                key={series[s]?.title}
                className={`chart-${series[s]?.tone}`}
                x={i * width}
                y={y}
                width={width - GAP}
                height={height}
              />
            ))}
          </g>
        ))}
        <line className="chart-base" x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
      </svg>
      <p className="chart-axis">
        <span>{days[0]}</span>
        <span>{words.most}</span>
        <span>{days.at(-1)}</span>
      </p>
      <details className="more">
        <summary>{words.asTable}</summary>
        <Table
          caption={label}
          rows={rows.toReversed()}
          keyOf={({ day }) => day}
          columns={[
            { title: words.day, cell: ({ day }) => day },
            ...series.map(({ title }, s) => ({
              title,
              cell: ({ numbers }: (typeof rows)[number]) => numbers[s] ?? 0,
            })),
          ]}
        />
      </details>
    </figure>
  )
}

/** Each bar on top of those before it. What is there is seen, however small beside the highest. */
function stacked(numbers: readonly number[], highest: number) {
  let top = HEIGHT
  return numbers.map((number) => {
    const height = number === 0 ? 0 : Math.max(2, (number / highest) * (HEIGHT - 4))
    top -= height
    return { y: Math.max(0, top), height }
  })
}
