/** A point in time, in UTC: operators compare it with logs. */
export function Moment({ at, seconds = false }: { readonly at: Date; readonly seconds?: boolean }) {
  const iso = at.toISOString()
  return (
    <time dateTime={iso} className="moment">
      {`${iso.slice(0, 10)} ${iso.slice(11, seconds ? 19 : 16)}`}
    </time>
  )
}
