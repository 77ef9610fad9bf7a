package org.vivace.jupyter;

import tech.tablesaw.api.Table;

/** A result that a notebook shows as sentences and a table when it is a cell's value. */
public interface Shown {

    /** The numbers, in a few rows. */
    Table table();

    /** Sentences, one per line. */
    @Override
    String toString();
}
