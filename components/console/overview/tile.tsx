import type { OverviewTexts } from './first-steps'

type TileProps = {
  readonly title: string
  readonly value: string
  /** In parts of what it was before; points where the value is a share. Absent when that is not known. */
  readonly change?: number | undefined
  readonly unit: 'percent' | 'points'
  readonly t: OverviewTexts
}

/** One number, and how it changed. */
export function Tile({ title, value, change, unit, t }: TileProps) {
  return (
    <div className="tile">
      <dt>{title}</dt>
      <dd>
        <span className="tile-value">{value}</span>
        <span className="tile-change">
          {change === undefined ? t('changeUnknown') : t('change', { change: written(change, unit, t) })}
        </span>
      </dd>
    </div>
  )
}

function written(change: number, unit: TileProps['unit'], t: OverviewTexts): string {
  const format = new Intl.NumberFormat(t.language, { signDisplay: 'exceptZero', maximumFractionDigits: 1 })
  return t(unit, { number: format.format(change * 100) })
}
