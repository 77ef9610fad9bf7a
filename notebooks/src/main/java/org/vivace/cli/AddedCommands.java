package org.vivace.cli;

import java.util.Objects;
import picocli.CommandLine;

/** Commands that a higher package adds to the command line; found as a service. */
public interface AddedCommands {

    /** @param vivace the command line with all commands of this package */
    void addTo(CommandLine vivace);

    /** The subcommand of this name, which must exist. */
    static CommandLine below(CommandLine above, String name) {
        return Objects.requireNonNull(
                above.getSubcommands().get(name), () -> above.getCommandName() + " has no command " + name);
    }
}
