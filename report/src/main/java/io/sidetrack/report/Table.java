package io.sidetrack.report;

import java.util.List;

/**
 * A table of text. The first column names its row.
 *
 * @param caption what the table shows
 * @param columns the headings
 * @param rows the cells by row, as many as there are columns
 */
public record Table(String caption, List<String> columns, List<List<String>> rows) implements Report.Block {
    /** @throws IllegalArgumentException if a row does not have as many cells as there are columns */
    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(row.size() + " cells for " + columns.size() + " columns");
            }
        }
    }
}
