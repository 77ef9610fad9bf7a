package org.vivace.bench;

/** The place below a cell that is running, where a text can be shown and later be replaced by another. */
public interface CellDisplay {

    /**
     * Shows a text.
     *
     * @param id of the place, unique in the notebook
     */
    void show(String id, String text);

    /** Replaces what is shown at that place, in the same or a later cell. */
    void update(String id, String text);
}
