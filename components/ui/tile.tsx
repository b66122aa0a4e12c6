type TileProps = {
  readonly title: string
  readonly value: string
  /** How it changed, as a sentence. */
  readonly change?: string
}

/** One number, and how it changed; a part of a `dl` of the class `tiles`. */
export function Tile({ title, value, change }: TileProps) {
  return (
    <div className="tile">
      <dt>{title}</dt>
      <dd>
        <span className="tile-value">{value}</span>
        {change && <span className="tile-change">{change}</span>}
      </dd>
    </div>
  )
}
