type TabsProps = {
  readonly label: string
  readonly tabs: readonly { readonly href: string; readonly title: string; readonly current: boolean }[]
}

/** Pages about the same thing, side by side. They are links: each has an address of its own. */
export function Tabs({ label, tabs }: TabsProps) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ href, title, current }) => (
        <a key={href} href={href} aria-current={current ? 'page' : undefined}>
          {title}
        </a>
      ))}
    </nav>
  )
}
