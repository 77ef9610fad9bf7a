package org.vivace.datasets;

import java.io.IOException;
import java.nio.file.Path;

/** A place that the files of a data set can be had from. */
interface Source {

    /** Returns what to call it in a list and in an error, such as {@code apt-get download NAME}. */
    String title();

    /**
     * Gets the files.
     *
     * @param scratch an empty folder to work in; it is deleted afterwards
     * @return the folder that holds the files, packed with gzip or not, not verified
     * @throws IOException if this source does not have them here and now: the message is the reason
     */
    Path fetch(Path scratch) throws IOException;
}
