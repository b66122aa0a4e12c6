import './parts.css'
import { Address } from '@/components/ui/address'
import { Combobox } from '@/components/ui/combobox'
import { CopyText } from '@/components/ui/copy-text'
import { DayChart } from '@/components/ui/day-chart'
import { Choice, Older, TextFilter } from '@/components/ui/filter-fields'
import { Icon } from '@/components/ui/icon'
import { Menu } from '@/components/ui/menu'
import { Moment } from '@/components/ui/moment'
import { Badge, ButtonLink, Callout, Empty, Facts, Page, Section } from '@/components/ui/page'
import { QuickSearch } from '@/components/ui/quick-search'
import { Ranking } from '@/components/ui/ranking'
import { Clip, Table } from '@/components/ui/table'
import { Tabs } from '@/components/ui/tabs'
import { Tile } from '@/components/ui/tile'
import { routes } from '@/lib/routes'
import { FormParts } from './form-parts'

const LONG = 'https://mcp.northwind.example/a/very/long/address/that/fits/into/no/column/of/any/table'
const TONES = ['good', 'warning', 'problem', 'neutral'] as const
const DAYS = Array.from({ length: 14 }, (_, i) => `2026-11-${String(i + 10)}`)
const ROWS = [
  { name: 'Northwind SSO', address: LONG, at: new Date('2026-11-29T09:30:00Z'), logins: 1432 },
  {
    name: 'Contoso',
    address: 'https://mcp.contoso.example',
    at: new Date('2025-02-03T04:05:06Z'),
    logins: 0,
  },
]

/** Every part of the design system in every state, in light and in dark. Only `npm run dev` has this page. */
export default function PartsPage() {
  return (
    <main className="parts" lang="en">
      <Page title="Parts" lead="Every part of the design system in every state, in light and in dark." />
      {(['light', 'dark'] as const).map((scheme) => (
        <div key={scheme} className={`parts-scheme parts-${scheme}`}>
          <PagePart id={scheme} />
          <Words />
          <Section title="Forms">
            <FormParts id={scheme} />
          </Section>
          <Lists />
          <Numbers />
          <Over id={scheme} />
        </div>
      ))}
    </main>
  )
}

function PagePart({ id }: { readonly id: string }) {
  return (
    <>
      <Page
        title="A page"
        lead="What it is about, in a sentence."
        up={{ href: '#', label: 'The page above' }}
        actions={<ButtonLink href="#">Add server</ButtonLink>}
      />
      <Tabs
        label={`Tabs, ${id}`}
        tabs={['Open', 'Another', 'A third'].map((title, i) => ({ title, href: '#', current: i === 0 }))}
      />
    </>
  )
}

function Words() {
  return (
    <Section title="Words" lead="A section, with a lead.">
      <p className="page-actions">
        {TONES.map((tone) => (
          <Badge key={tone} tone={tone}>
            {tone}
          </Badge>
        ))}
      </p>
      {([...TONES, 'busy'] as const).map((tone) => (
        <Callout key={tone} tone={tone} title={`A callout: ${tone}`}>
          <p>What is the matter, and what to do.</p>
        </Callout>
      ))}
      <Empty title="No servers yet" action={<ButtonLink href="#">Add server</ButtonLink>}>
        What a server is.
      </Empty>
      <Facts
        items={[
          ['Address', <Address key="address">{LONG}</Address>],
          ['Last login', <Moment key="moment" at={new Date('2026-11-29T09:30:00Z')} language="en" />],
          ['Exactly', <Moment key="exact" at={new Date('2026-11-29T09:30:00Z')} language="en" exact />],
        ]}
      />
      <CopyText text={LONG} label="Copy" copied="Copied" />
      <CopyText text={'claude mcp add \\\n  --transport http'} label="Copy" copied="Copied" block />
      <p className="page-actions">
        <ButtonLink href="#">A link</ButtonLink>
        <ButtonLink href="#" tone="plain">
          <Icon name="plug" size={18} /> A plain one
        </ButtonLink>
      </p>
    </Section>
  )
}

function Lists() {
  const columns = [
    { title: 'Name', cell: ({ name }: (typeof ROWS)[number]) => <a href="#row">{name}</a> },
    { title: 'Address', long: true, cell: ({ address }: (typeof ROWS)[number]) => <Clip>{address}</Clip> },
    { title: 'Last login', cell: ({ at }: (typeof ROWS)[number]) => <Moment at={at} language="en" /> },
    { title: 'Logins', isNumber: true, cell: ({ logins }: (typeof ROWS)[number]) => logins },
  ]
  const table = (
    <Table caption="Servers" columns={columns} rows={ROWS} keyOf={({ name }) => name} hrefOf={() => '#row'} />
  )
  return (
    <>
      <form className="finder" method="get">
        <TextFilter name="text" label="Name" hint="acme" />
        <Choice name="outcome" label="Outcome" options={[{ value: '', label: 'All' }]} />
        <div className="finder-actions">
          <button type="submit" className="btn btn-plain">
            Filter
          </button>
        </div>
      </form>
      <QuickSearch name="q" label="Search" value={undefined} submit="Search" />
      {table}
      <Older query={{}} next="2" label="Older" />
      <div className="parts-narrow">{table}</div>
    </>
  )
}

function Numbers() {
  const words = { day: 'Day', asTable: 'As a table', nothing: 'None in this period.' }
  const shared = { label: 'Logins', summary: '18', days: DAYS, words, language: 'en' } as const
  return (
    <>
      <dl className="tiles">
        <Tile title="Logins" value="1,432" change="+12 % against the days before" />
        <Tile title="Grants" value="0" />
      </dl>
      <DayChart
        {...shared}
        hrefOf={() => '#day'}
        series={[
          { title: 'Completed', tone: 'good', numbers: DAYS.map((_, i) => (i * 7) % 20) },
          { title: 'Failed', tone: 'bad', numbers: DAYS.map((_, i) => (i * 3) % 5) },
        ]}
      />
      <DayChart
        {...shared}
        shape="area"
        series={[{ title: 'Grants', tone: 'accent', numbers: DAYS.map((_, i) => 40 + i) }]}
      />
      <DayChart {...shared} series={[{ title: 'Refreshes', tone: 'accent', numbers: DAYS.map(() => 0) }]} />
      <Ranking
        label="Why"
        rows={['The user said no', 'Expired'].map((title, i) => ({ key: title, title, number: 9 - i * 4 }))}
      />
    </>
  )
}

function Over({ id }: { readonly id: string }) {
  return (
    <Section title="Over the page" lead="On small screens the menu is a drawer.">
      <Combobox href={routes.search()} label="Search" placeholder="Name" nothing="No matching results">
        Open the combobox <kbd>Ctrl K</kbd>
      </Combobox>
      <Menu id={`menu-${id}`} label={`Menu, ${id}`} open="Open the menu">
        <a href="#here" aria-current="page">
          <Icon name="gauge" size={18} />
          <span>Overview</span>
        </a>
        <a href="#there">
          <Icon name="server" size={18} />
          <span>Servers</span>
        </a>
      </Menu>
    </Section>
  )
}
