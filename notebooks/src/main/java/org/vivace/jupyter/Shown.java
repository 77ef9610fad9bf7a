package org.vivace.jupyter;

import tech.tablesaw.api.Table;

/** A result that a notebook shows as its sentences and a table when a cell ends in it. */
public interface Shown {

    /** The numbers, few rows. */
    Table table();

    /** Sentences, one a line. */
    @Override
    String toString();
}
