/** The page is drawn anew whenever its tab is looked at again: something may have happened in another one. */
export const RefreshWhenSeen = () => <div hidden data-refresh="seen" />

/** The page is drawn anew every few seconds, without JavaScript as well. */
export function RefreshWhile() {
  return (
    <>
      <div hidden data-refresh="often" />
      <noscript>
        <meta httpEquiv="refresh" content="5" />
      </noscript>
    </>
  )
}
