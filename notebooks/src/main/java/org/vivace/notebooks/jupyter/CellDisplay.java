package org.vivace.notebooks.jupyter;

import java.util.Optional;

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

    /** That of the kernel this process is, or nothing where it is none. */
    static Optional<CellDisplay> here() {
        return Kernel.display();
    }
}
