package org.vivace.datasets;

import java.io.IOException;
import java.nio.file.Path;

/** A place from which the files of a data set can be fetched. */
interface Source {

    /** Returns its name in lists and errors, such as {@code apt-get download NAME}. */
    String title();

    /**
     * Gets the files.
     *
     * @param scratch an empty folder to work in; it is deleted afterwards
     * @return the folder that holds the files, packed with gzip or not, not verified
     * @throws IOException if this source cannot provide them; the message is the reason
     */
    Path fetch(Path scratch) throws IOException;
}
