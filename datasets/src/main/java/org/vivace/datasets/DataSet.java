package org.vivace.datasets;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A data set as a list shows it and as one fetches it. */
public interface DataSet {

    /** Returns the name to fetch it by. */
    String name();

    /** Returns what it is, in a few words. */
    String about();

    /** Returns its size in bytes when unpacked, 0 where the user decides it. */
    long bytes();

    /** Returns where it is looked for, in order. */
    List<String> sources();

    /** Returns its files with their checksums; none where it is not made of files with a known content. */
    List<DataFile> files();

    /** Returns where on this machine it is, if it is; the files are not verified for this. */
    Optional<String> found();

    /**
     * Fetches it, unless it is here already, and verifies its files. What comes with the library is not verified again.
     *
     * @return where it is
     * @throws IOException if no source has it: the message has each one's reason and says what to do
     */
    String fetch() throws IOException;
}
