package org.vivace.workloads;

import org.vivace.datasets.DataSetCatalog;

/** Whether a data set is on this machine: a measurement does not begin by fetching data unasked. */
final class Found {

    private Found() {}

    static boolean here(String name) {
        return new DataSetCatalog().get(name).found().isPresent();
    }

    /**
     * @param what the data are, in words
     * @throws IllegalStateException where they are not here
     */
    static void require(String name, String what) {
        if (!here(name)) {
            throw new IllegalStateException(
                    "expected " + what + " on this machine, found none: run './vivace data fetch " + name + "' first");
        }
    }
}
