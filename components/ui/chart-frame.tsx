import type { ScaleLinear } from 'd3-scale'
import type { ReactNode } from 'react'

/** Percent of the plot: its size is the browser's business, and text keeps its own. */
export const percent = (value: number) => `${Math.round(value * 100) / 100}%`

type ChartFrameProps = {
  readonly label: string
  /** Its numbers in short, for those who cannot see it. */
  readonly summary: string
  /** From numbers to percent of the height. */
  readonly y: ScaleLinear<number, number>
  /** By day: its middle, in percent of the width. */
  readonly days: readonly ChartDay[]
  readonly number: (value: number) => string
  readonly children: ReactNode
}

export type ChartDay = {
  readonly day: string
  /** As it stands below the axis. */
  readonly label: string
  /** In percent of the width. */
  readonly middle: number
  /** Said on hover. */
  readonly tip: string
  /** What a click opens. */
  readonly href?: string | undefined
}

/** How many days are named below the axis. */
const LABELS = 7

/** Axes around a plot, what is said on hover, and what a click opens. All of it is drawn on the server. */
export function ChartFrame({ label, summary, y, days, number, children }: ChartFrameProps) {
  const ticks = y.ticks(4).filter(Number.isInteger)
  const every = Math.ceil(days.length / LABELS)
  return (
    <div className="chart-frame">
      <svg className="chart-axis" aria-hidden>
        {ticks.map((tick) => (
          <text key={tick} x="100%" y={percent(y(tick))} textAnchor="end" dominantBaseline="middle">
            {number(tick)}
          </text>
        ))}
      </svg>
      <div className="chart-plot">
        <svg role="img" aria-label={`${label}: ${summary}`}>
          {ticks.map((tick) => (
            <line key={tick} className="chart-grid" x2="100%" y1={percent(y(tick))} y2={percent(y(tick))} />
          ))}
          {children}
        </svg>
        <Tips days={days} />
      </div>
      <svg className="chart-axis chart-days" aria-hidden>
        {days.map(({ day, label: text, middle }, i) =>
          i % every === 0 ? (
            <text key={day} x={percent(middle)} y="1rem" textAnchor="middle">
              {text}
            </text>
          ) : null,
        )}
      </svg>
    </div>
  )
}

/** Over the plot, for the pointer alone: the table below has the same numbers and links. */
function Tips({ days }: Pick<ChartFrameProps, 'days'>) {
  const width = 100 / days.length
  return (
    <svg className="chart-tips" aria-hidden>
      {days.map(({ day, middle, tip, href }) => {
        const shown = (
          <>
            <rect
              className="chart-hit"
              x={percent(middle - width / 2)}
              width={percent(width)}
              height="100%"
            />
            <text className="chart-tip" x={percent(middle)} y="-0.5rem" textAnchor={anchorOf(middle)}>
              {tip}
            </text>
          </>
        )
        return href ? (
          <a key={day} className="chart-day" href={href} tabIndex={-1}>
            {shown}
          </a>
        ) : (
          <g key={day} className="chart-day">
            {shown}
          </g>
        )
      })}
    </svg>
  )
}

const anchorOf = (middle: number) => (middle < 30 ? 'start' : middle > 70 ? 'end' : 'middle')
