/**
 * Whether a message of the browser's console is about a script of Next that the policy of a page kept from running: where
 * Next is alone, its pages name some (decision 0123).
 */
export const isBlockedScript = (message: string): boolean =>
  Boolean(process.env.NEXT_ALONE) &&
  /(inline script|the script '[^']*\/_next\/[^']*').* violates the following Content Security Policy/s.test(
    message,
  )
