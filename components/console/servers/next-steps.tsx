import { Fragment, type ReactNode } from 'react'
import { Code } from '@/components/ui/code'
import { CopyText } from '@/components/ui/copy-text'
import { ButtonLink, Facts, Section } from '@/components/ui/page'
import { type Language, type Translate, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/servers'
import type { NextSteps } from '@/lib/servers/next-steps'
import { StepMarks } from './step-marks'

type T = Translate<keyof (typeof messages)['en']>

type NextStepsProps = {
  readonly steps: NextSteps
  /** Where to ask how far it is; absent: for those who may only look. */
  readonly progressAt: string | undefined
  readonly language: Language
}

/** The three things that make a protected server usable, with its own values in every line. */
export function NextStepsView({ steps, progressAt, language }: NextStepsProps) {
  const t = translator(messages, language)
  const { place, links } = steps
  const copy = (text: string, block = false) => (
    <CopyText text={text} label={t('copy')} copied={t('copied')} block={block} />
  )
  return (
    <>
      {progressAt && (
        <StepMarks
          at={progressAt}
          label={t('next.progress')}
          done={t('next.done')}
          open={t('next.open')}
          looking={t('next.looking')}
          steps={STEPS.map((id) => ({ id, title: t(`next.step.${id}`) }))}
        />
      )}
      <Section title={t('next.verify')} lead={t(place.isOpaque ? 'next.opaqueLead' : 'next.verifyLead')}>
        <Snippets snippets={steps.snippets} copy={copy} t={t} />
      </Section>
      <Section title={t('next.metadata')} lead={t('next.metadataLead')}>
        <details className="more">
          <summary>{t('next.metadataShow')}</summary>
          <div className="more-parts">
            {copy(`HTTP/1.1 401 Unauthorized\nWWW-Authenticate: ${place.challenge}`, true)}
            <p>{t('next.metadataDocument')}</p>
            {copy(place.metadataUrl)}
            {copy(JSON.stringify(place.metadata, null, 2), true)}
          </div>
        </details>
      </Section>
      <Connect t={t} place={place} links={links} copy={copy} />
      <Section title={t('next.facts')} lead={t('next.factsLead')}>
        <Facts
          items={[
            [t('list.url'), copy(place.resource)],
            [t('issuer'), copy(place.issuer)],
            ['JWKS', copy(place.jwksUri)],
          ]}
        />
      </Section>
    </>
  )
}

const STEPS = ['metadata', 'verify', 'login'] as const

type Copy = (text: string, block?: boolean) => ReactNode

type SnippetsProps = { readonly snippets: NextSteps['snippets']; readonly copy: Copy; readonly t: T }

/** The code of each framework behind a tab, and what a coding agent is told instead. */
function Snippets({ snippets, copy, t }: SnippetsProps) {
  return (
    <fieldset className="code-tabs">
      <legend className="visually-hidden">{t('next.framework')}</legend>
      {snippets.map(({ id, install, code, language, prompt }, i) => (
        <Fragment key={id}>
          <input type="radio" name="framework" id={`tab-${id}`} defaultChecked={i === 0} />
          <label htmlFor={`tab-${id}`}>{t(`snippet.${id}`)}</label>
          <div className="code-panel">
            {copy(install)}
            <div id={`snippet-${id}`}>
              <CopyText block text={code} label={t('copy')} copied={t('copied')}>
                <Code text={code} language={language} />
              </CopyText>
            </div>
            <details className="more">
              <summary>{t('next.prompt')}</summary>
              <p>{t('next.promptLead')}</p>
              <CopyText block text={prompt} label={t('next.copyPrompt')} copied={t('copied')} />
            </details>
          </div>
        </Fragment>
      ))}
    </fieldset>
  )
}

function Connect({
  t,
  place,
  links,
  copy,
}: Pick<NextSteps, 'place' | 'links'> & {
  readonly t: T
  readonly copy: Copy
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
