import { Address } from '@/components/ui/address'
import { CopyText } from '@/components/ui/copy-text'
import { Badge, ButtonLink, Callout, Facts, Section } from '@/components/ui/page'
import { Table } from '@/components/ui/table'
import type { ConnectionView } from '@/lib/connections/connections'
import type { TestView } from '@/lib/connections/run-test'
import type { Language } from '@/lib/messages/catalogue'
import { messages as remedies } from '@/lib/messages/remedies'
import { Detail } from '../detail'
import type { Words } from './preset-list'

type Step = TestView['steps'][number]
type Outcome = TestView['outcome']

const TONES = { running: 'neutral', passed: 'good', failed: 'problem', lapsed: 'problem' } as const

export function OutcomeBadge({ outcome, t }: { readonly outcome: Outcome; readonly t: Words }) {
  return <Badge tone={TONES[outcome]}>{t(`outcome.${outcome}`)}</Badge>
}

type TestButtonProps = { readonly at: string; readonly again: boolean; readonly t: Words }

/** Begins a test in a new tab, so that an error page of the provider does not replace this one. */
export function TestButton({ at, again, t }: TestButtonProps) {
  return (
    <form method="post" action={`${at}/test`} target="_blank" className="form-inline" rel="noopener">
      <button type="submit" className={again ? 'btn btn-plain' : 'btn btn-primary'}>
        {t(again ? 'test.again' : 'test.button')}
      </button>
    </form>
  )
}

type TestReportProps = {
  readonly test: TestView
  readonly connection: Pick<ConnectionView, 'type' | 'callbackUrl'>
  readonly language: Language
  /** Adding a server to a connection without one, with the permission to configure. */
  readonly addServer?: string | undefined
  readonly t: Words
}

/** What happened, what came back, and what to do. */
export function TestReport({ test, connection, language, addServer, t }: TestReportProps) {
  const { outcome, steps, claims } = test
  return (
    <>
      <Ending {...{ test, connection, addServer, t }} />
      <ol className="connections-steps">
        {names(connection).map((name) => (
          <StepItem
            key={name}
            name={name}
            step={steps.find((step) => step.name === name)}
            isNext={outcome === 'running' && name === 'answer'}
            language={language}
            t={t}
          />
        ))}
      </ol>
      {claims && (
        <Section title={t('claims.title')} lead={t('claims.lead')}>
          <Table
            caption={t('claims.title')}
            keyOf={([name]) => name}
            rows={claims}
            columns={[
              { title: t('claims.name'), cell: ([name]) => <code>{name}</code> },
              {
                title: t('claims.value'),
                cell: ([, value]) => (
                  <bdi className="connections-value">
                    <Address>{value}</Address>
                  </bdi>
                ),
              },
            ]}
          />
        </Section>
      )}
    </>
  )
}

function Ending({ test, connection, addServer, t }: Omit<TestReportProps, 'language'>) {
  const { outcome } = test
  const title = t(`outcome.${outcome}`)
  if (outcome === 'failed') return <Callout tone="problem" title={title} />
  if (outcome === 'passed')
    return (
      <Callout tone="good" title={title}>
        <p>{t('outcome.passedText')}</p>
        {addServer !== undefined && (
          <>
            <p>{t('outcome.passedNext')}</p>
            <p className="connections-next">
              <ButtonLink href={addServer}>{t('facts.addServer')}</ButtonLink>
            </p>
          </>
        )}
      </Callout>
    )
  return (
    <Callout tone={outcome === 'lapsed' ? 'problem' : 'busy'} title={title}>
      <p>{t(outcome === 'lapsed' ? 'outcome.lapsedText' : 'outcome.runningText')}</p>
      <p>{t('outcome.compare')}</p>
      <CopyText text={connection.callbackUrl} label={t('copy')} copied={t('copied')} />
    </Callout>
  )
}

const names = ({ type }: TestReportProps['connection']): readonly Step['name'][] =>
  type === 'oidc'
    ? ['metadata', 'request', 'answer', 'tokens', 'identity']
    : ['request', 'answer', 'tokens', 'identity']

type StepItemProps = {
  readonly name: Step['name']
  readonly step: Step | undefined
  readonly isNext: boolean
  readonly language: Language
  readonly t: Words
}

function StepItem({ name, step, isNext, language, t }: StepItemProps) {
  const state = step?.outcome ?? (isNext ? 'waiting' : 'notReached')
  const tone = state === 'done' ? 'good' : state === 'failed' ? 'problem' : 'neutral'
  const facts = Object.entries(step?.facts ?? {}).toSorted(([a], [b]) => rankOf(a) - rankOf(b))
  return (
    <li className="panel">
      <h2>
        {t(`step.${name}`)} <Badge tone={tone}>{t(`step.${state}`)}</Badge>
      </h2>
      {step?.detail && <Detail detail={step.detail} language={language} />}
      {step?.reason && (
        <Callout tone="warning" title={t('step.whatToDo')}>
          <p>{remedies[language][step.reason]}</p>
        </Callout>
      )}
      {facts.length > 0 && (
        <Facts
          items={facts.map(([fact, value]) => [
            factName(fact, t),
            <bdi key={fact}>
              <Address>{fact === 'expires_in' ? spanOf(Number(value), t) : factValue(value, t)}</Address>
            </bdi>,
          ])}
        />
      )}
    </li>
  )
}

/** In the order in which they are shown; others come after. */
const KNOWN_FACTS = [
  'issuer',
  'address',
  'parameters',
  'subject',
  'name',
  'email',
  'email_verified',
  'id_token',
  'refresh_token',
  'expires_in',
  'scope',
  'client_id',
  'redirect_uri',
] as const

const ORDER: readonly string[] = KNOWN_FACTS
const rankOf = (fact: string): number => (ORDER.includes(fact) ? ORDER.indexOf(fact) : ORDER.length)

/** Parameters of the request are called as they are on the wire. */
function factName(fact: string, t: Words): string {
  const known = KNOWN_FACTS.find((name) => name === fact)
  return known ? t(`fact.${known}`) : fact
}

/** A time in the unit that people think in, from seconds. */
function spanOf(seconds: number, { language }: Words): string {
  const units = [
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const
  const [unit, length] = units.find(([, length]) => seconds % length === 0) ?? ['second', 1]
  const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' })
  return Number.isFinite(seconds) ? format.format(seconds / length) : ''
}

const factValue = (value: string, t: Words): string => (value === 'yes' || value === 'no' ? t(value) : value)
