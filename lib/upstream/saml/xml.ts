import { DOMParser } from '@xmldom/xmldom'
import { isShallowXml } from './shallow'

/** The root of what is well-formed, and may be given to a parser; null otherwise. */
export function parseXml(xml: string): Element | null {
  if (!isShallowXml(xml)) return null
  const fail = () => {
    throw new Error('not XML')
  }
  try {
    const parser = new DOMParser({ errorHandler: { warning: fail, error: fail, fatalError: fail } })
    return parser.parseFromString(xml.trim(), 'text/xml').documentElement
  } catch {
    return null
  }
}

/** All elements of this name below one. */
export const elementsWithin = (element: Element, namespace: string, name: string): readonly Element[] =>
  Array.from(element.getElementsByTagNameNS(namespace, name))

/** Of signatures (XML Signature). */
export const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#'
