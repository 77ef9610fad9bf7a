package org.vivace.workloads;

import org.vivace.datasets.DataSetCatalog;

/** Whether a data set is on this machine: measurements do not download data by themselves. */
final class Found {

    private Found() {}

    static boolean here(String name) {
        return new DataSetCatalog().get(name).found().isPresent();
    }

    /**
     * @param what describes the data
     * @throws IllegalStateException if they are not on this machine
     */
    static void require(String name, String what) {
        if (!here(name)) {
            throw new IllegalStateException(
                    "expected " + what + " on this machine, found none: run './vivace data fetch " + name + "' first");
        }
    }
}
