import type { ReactNode } from 'react'
import { Address } from './address'

export type Column<Row> = {
  readonly title: string
  readonly cell: (row: Row) => ReactNode
  /** What may be long: it shares the room that the others leave, and is cut with an ellipsis where that is not enough (see `Clip`). */
  readonly long?: boolean
  /** Numbers stand below each other by their last digit. */
  readonly isNumber?: boolean
  /** Heads its entry where rows are a list, in the whole width and without a label; the first column does, if none says so. */
  readonly isTitle?: boolean
}

type TableProps<Row> = {
  /** What the table shows, for those who cannot see it. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** What a click on a row opens; a link in the row leads there as well, for the keyboard and without JavaScript. */
  readonly hrefOf?: (row: Row) => string | undefined
}

/** Rows of equal things. Where there is no room for columns every row becomes an entry of a list, with their titles. */
export function Table<Row>({ caption, columns, rows, keyOf, hrefOf }: TableProps<Row>) {
  const head = columns.find(({ isTitle }) => isTitle) ?? columns[0]
  return (
    <div className="table-room">
      <table className="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" className={classOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} data-href={hrefOf?.(row)}>
              {columns.map((column) => (
                <td key={column.title} data-title={column.title} className={classOf(column, column === head)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function classOf<Row>({ long, isNumber }: Column<Row>, isTitle = false): string | undefined {
  const classes = [isNumber ? 'cell-number' : long && 'cell-long', isTitle && 'cell-title']
  return classes.filter(Boolean).join(' ') || undefined
}

/** A text that is cut where its cell ends: whole on hover, and while the keyboard is in its row. */
export function Clip({ children }: { readonly children: string }) {
  return (
    <bdi className="clip" title={children}>
      <span>
        <Address>{children}</Address>
      </span>
    </bdi>
  )
}
