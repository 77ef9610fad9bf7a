package org.vivace.datasets;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A data set that can be listed and fetched. */
public interface DataSet {

    /** Returns the name to fetch it with. */
    String name();

    /** Returns a short description. */
    String about();

    /** Returns its size in bytes when unpacked, 0 if the user decides it. */
    long bytes();

    /** Returns the places that are searched for it, in order. */
    List<String> sources();

    /** Returns its files with their checksums; none if it does not consist of files with known content. */
    List<DataFile> files();

    /** Returns its place on this machine, if it has one; the files are not verified for this. */
    Optional<String> found();

    /**
     * Fetches it, unless it is on this machine already, and verifies its files. Data sets of the library are not
     * verified.
     *
     * @return its place on this machine
     * @throws IOException if no source has it: the message has the reason of each source and the advice
     */
    String fetch() throws IOException;
}
