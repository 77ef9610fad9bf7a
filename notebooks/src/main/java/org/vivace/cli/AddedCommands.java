package org.vivace.cli;

import picocli.CommandLine;

/** Commands that a room above this one adds to the command line; found as a service. */
public interface AddedCommands {

    /** @param vivace the command line with all commands of this room */
    void addTo(CommandLine vivace);
}
