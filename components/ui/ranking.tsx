import type { ReactNode } from 'react'
import type { Series } from './day-chart'

type RankingProps = {
  readonly label: string
  readonly rows: readonly {
    readonly key: string
    readonly title: ReactNode
    readonly number: number
    /** Its colour in the chart beside it. */
    readonly tone?: Series['tone']
  }[]
}

/** Things with a number, the greatest first; the bars only repeat the numbers. */
export function Ranking({ label, rows }: RankingProps) {
  const highest = Math.max(1, ...rows.map(({ number }) => number))
  return (
    <ol className="ranking" aria-label={label}>
      {rows.map(({ key, title, number, tone = 'accent' }) => (
        <li key={key}>
          <span className="foreign">{title}</span>
          <svg aria-hidden viewBox="0 0 100 8" preserveAspectRatio="none">
            <rect
              className={`chart-${tone}`}
              width={Math.max(2, (number / highest) * 100)}
              height="8"
              rx="2"
            />
          </svg>
          <span className="ranking-number">{number}</span>
        </li>
      ))}
    </ol>
  )
}
