import { CopyText } from '@/components/ui/copy-text'
import { ButtonLink, Facts, Section } from '@/components/ui/page'
import { type Language, type Translate, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/servers'
import type { NextSteps } from '@/lib/servers/next-steps'

type T = Translate<keyof (typeof messages)['en']>

type NextStepsProps = { readonly steps: NextSteps; readonly language: Language }

/** The three things that make a protected server usable, with its own values in every line. */
export function NextStepsView({ steps: { place, snippets, links }, language }: NextStepsProps) {
  const t = translator(messages, language)
  const copy = (text: string, block = false) => (
    <CopyText text={text} label={t('copy')} copied={t('copied')} block={block} />
  )
  return (
    <>
      <Section title={t('next.facts')} lead={t('next.factsLead')}>
        <Facts
          items={[
            [t('list.url'), copy(place.resource)],
            [t('issuer'), copy(place.issuer)],
            ['JWKS', copy(place.jwksUri)],
          ]}
        />
      </Section>
      <Section title={t('next.metadata')} lead={t('next.metadataLead')}>
        {copy(`HTTP/1.1 401 Unauthorized\nWWW-Authenticate: ${place.challenge}`, true)}
        <p>{t('next.metadataDocument')}</p>
        {copy(place.metadataUrl)}
        {copy(JSON.stringify(place.metadata, null, 2), true)}
      </Section>
      <Section title={t('next.verify')} lead={t(place.isOpaque ? 'next.opaqueLead' : 'next.verifyLead')}>
        {snippets.map(({ id, install, code }, i) => (
          <details key={id} className="server-snippet" name="snippet" open={i === 0}>
            <summary>{t(`snippet.${id}`)}</summary>
            {install && copy(install)}
            <div id={`snippet-${id}`}>{copy(code, true)}</div>
          </details>
        ))}
      </Section>
      <Connect t={t} place={place} links={links} copy={copy} />
    </>
  )
}

function Connect({
  t,
  place,
  links,
  copy,
}: Pick<NextSteps, 'place' | 'links'> & {
  readonly t: T
  readonly copy: (text: string) => React.ReactNode
}) {
  return (
    <Section title={t('next.connect')} lead={t('next.connectLead')}>
      {copy(place.resource)}
      <Facts
        items={[
          [t('next.claude'), t('next.claudeHow')],
          [t('next.chatgpt'), t('next.chatgptHow')],
          [
            t('next.claudeCode'),
            copy(`claude mcp add --transport http ${place.slug} ${inShell(place.resource)}`),
          ],
        ]}
      />
      <p className="page-actions">
        <ButtonLink href={links.cursor} tone="plain">
          {t('next.openCursor')}
        </ButtonLink>
        <ButtonLink href={links.vscode} tone="plain">
          {t('next.openVscode')}
        </ButtonLink>
      </p>
      <p className="field-hint">{t('next.deviceHint')}</p>
    </Section>
  )
}

/** In quotes where a shell would read more into it than an address. */
const inShell = (url: string) => (/^[\w./:~-]+$/.test(url) ? url : `'${url.replaceAll("'", '%27')}'`)
