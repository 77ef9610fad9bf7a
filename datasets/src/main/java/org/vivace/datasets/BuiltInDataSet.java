package org.vivace.datasets;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A data set that is never fetched: it comes with the library or is the user's own. */
record BuiltInDataSet(
        String name,
        String about,
        long bytes,
        List<DataFile> files,
        String source,
        Optional<String> where,
        String advice)
        implements DataSet {

    @Override
    public List<String> sources() {
        return List.of(source);
    }

    @Override
    public Optional<String> found() {
        return where;
    }

    @Override
    public String fetch() throws IOException {
        return where.orElseThrow(() -> new IOException(
                "expected " + name + " (" + about + ") from " + source + ", found nothing to fetch: " + advice));
    }
}
