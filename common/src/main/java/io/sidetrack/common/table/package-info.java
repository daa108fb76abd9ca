/** What writer and operator commands both say about a table. Contains no I/O and uses no AWS types. */
package io.sidetrack.common.table;
