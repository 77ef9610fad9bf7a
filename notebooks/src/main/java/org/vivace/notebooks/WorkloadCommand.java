package org.vivace.notebooks;

import java.io.IOException;

/** A command line whose options say how large a workload is. */
interface WorkloadCommand {

    /** @throws IOException where its data cannot be read */
    Workload workload() throws IOException;
}
