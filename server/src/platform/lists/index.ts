/**
 * Lists that filter, sort and page: the one filter grammar, its SQL, keyset cursors, CSV.
 * Deliberately not here: offsets, which repeat and lose rows under inserts, and counts of a whole list, which read all of it.
 */
export { compare, type FieldType } from './compare.ts';
export { filterFault, type Operator, parseFilter, type Term } from './filter-grammar.ts';
export { cursorAfter, keyValues, orderOf, readCursor, rowsAfter, type SortKey } from './keyset.ts';
export { defineList, type Field, fields, type List, type ListQuery, type Page, readKeyset, readPage } from './list.ts';
export { defineShortList, readShortList } from './short-list.ts';
