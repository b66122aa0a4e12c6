import { Icon } from '@/components/ui/icon'
import type { SearchHit } from '@/lib/accounts/operators'
import type { Translate } from '@/lib/messages/catalogue'
import type { messages } from '@/lib/messages/console'
import { routes } from '@/lib/routes'

const ICONS = {
  organization: 'building2',
  server: 'server',
  connection: 'plug',
  user: 'userRound',
  login: 'activity',
} as const

const hrefOf = ({ kind, organization, key }: SearchHit) =>
  ({
    organization: () => routes.organization(organization),
    server: () => routes.serverNextSteps(organization, key),
    connection: () => routes.connection(organization, key),
    user: () => routes.user(organization, key),
    login: () => routes.login(organization, key),
  })[kind]()

type SearchResultsProps = {
  readonly hits: readonly SearchHit[]
  readonly t: Translate<keyof (typeof messages)['en']>
}

/** What was found; the switcher shows the same list. */
export function SearchResults({ hits, t }: SearchResultsProps) {
  return (
    <ul className="hits" data-hits aria-label={t('search.results')}>
      {hits.map((hit) => (
        <li key={`${hit.kind} ${hit.organization} ${hit.key}`}>
          <a href={hrefOf(hit)}>
            <Icon name={ICONS[hit.kind]} size={18} />
            <bdi className="clip">{hit.name}</bdi>
            <span className="hit-kind">
              {t(`search.${hit.kind}`)}
              {hit.kind !== 'organization' && (
                <>
                  {' · '}
                  <bdi>{hit.organizationName}</bdi>
                </>
              )}
            </span>
          </a>
        </li>
      ))}
    </ul>
  )
}
