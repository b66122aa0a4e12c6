import { isClientIdUrl } from '@/lib/oauth/protocol/client-id-url'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { Clip } from './ui/table'

type ApplicationMarkProps = {
  readonly clientId: string | undefined
  readonly name: string | undefined
}

/**
 * An application's logo, which we serve ourselves, over the first letter of its name. Only one that is known by a
 * metadata document has a logo; the picture is empty where there is none. Decision 0109.
 */
export function ApplicationMark({ clientId, name }: ApplicationMarkProps) {
  const [letter = '?'] = displayText(name ?? '')
  return (
    <span className="mark" aria-hidden>
      {letter.toUpperCase()}
      {clientId && isClientIdUrl(clientId) && (
        // biome-ignore lint/performance/noImgElement: components know no framework, and this is small already
        <img src={`/oauth/consent/application-logo?client=${encodeURIComponent(clientId)}`} alt="" />
      )}
    </span>
  )
}

type ApplicationNameProps = { readonly clientId: string | null; readonly name: string | null }

/** In a table: its mark and its name, or else what it is known by. */
export function ApplicationName({ clientId, name }: ApplicationNameProps) {
  const shown = name ?? clientId
  if (!shown) return '–'
  return (
    <span className="with-mark">
      <ApplicationMark clientId={clientId ?? undefined} name={shown} />
      <Clip>{shown}</Clip>
    </span>
  )
}
