import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/home'
import { routes } from '@/lib/routes'
import { PageShell } from './page-shell'

type HomeProps = {
  /** The default server's issuer, which is `PUBLIC_URL`; absent when no server is the default. */
  readonly issuer?: string
  readonly language: Language
}

/** The page at `PUBLIC_URL` itself: for its operator, and for lost users. It is shown only when sign-ins work. */
export function Home({ issuer, language }: HomeProps) {
  const t = translator(messages, language)
  return (
    <PageShell title={t('tab')} footer={<p>{t('footer')}</p>}>
      <h1>
        <strong>Vestibule</strong> {t('running')}
      </h1>
      <p className="lead">{t('lead')}</p>
      <p className="way-out">
        <a className="button" href={routes.home()}>
          {t('console')}
        </a>
      </p>
      <dl className="facts facts-wide">
        <dt>{t('state')}</dt>
        <dd className="state state-ready">{t('ready')}</dd>
        <dt>{t('issuer')}</dt>
        <dd>{issuer ? <code>{issuer}</code> : t('noIssuer')}</dd>
      </dl>
      <nav aria-labelledby="programs">
        <h2 id="programs">{t('programs')}</h2>
        <ul className="links">
          {issuer && (
            <>
              <li>
                <a href="/.well-known/oauth-authorization-server">{t('discovery')}</a>
              </li>
              <li>
                <a href="/oauth/jwks">{t('keys')}</a>
              </li>
            </>
          )}
          <li>
            <a href="/readyz">{t('readiness')}</a>
          </li>
        </ul>
      </nav>
    </PageShell>
  )
}
