import { formatAgo, formatInstant, type Language } from '@/lib/messages/catalogue'

type MomentProps = {
  readonly at: Date
  readonly language: Language
  /** The point itself, in UTC, where the order of events counts: operators compare it with logs. */
  readonly exact?: boolean
}

/** A point in time: how long ago it was, and on hover when exactly. */
export function Moment({ at, language, exact = false }: MomentProps) {
  const iso = at.toISOString()
  return (
    <time dateTime={iso} title={formatInstant(at, language)} className="moment">
      {exact ? `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC` : formatAgo(at, new Date(), language)}
    </time>
  )
}
