import type { ReactNode } from 'react'

type RankingProps = {
  readonly label: string
  readonly rows: readonly { readonly key: string; readonly title: ReactNode; readonly number: number }[]
}

/** Things with a number, the greatest first; the bars only repeat the numbers. */
export function Ranking({ label, rows }: RankingProps) {
  const highest = Math.max(1, ...rows.map(({ number }) => number))
  return (
    <ol className="ranking" aria-label={label}>
      {rows.map(({ key, title, number }) => (
        <li key={key}>
          <span className="foreign">{title}</span>
          <meter aria-hidden min={0} max={highest} value={number} />
          <span className="ranking-number">{number}</span>
        </li>
      ))}
    </ol>
  )
}
