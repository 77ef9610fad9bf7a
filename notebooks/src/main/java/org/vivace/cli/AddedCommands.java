package org.vivace.cli;

import java.util.Objects;
import picocli.CommandLine;

/** Commands that a room above this one adds to the command line; found as a service. */
public interface AddedCommands {

    /** @param vivace the command line with all commands of this room */
    void addTo(CommandLine vivace);

    /** The command of this name, which must be there, below another. */
    static CommandLine below(CommandLine above, String name) {
        return Objects.requireNonNull(
                above.getSubcommands().get(name), () -> above.getCommandName() + " has no command " + name);
    }
}
