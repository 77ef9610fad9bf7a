package org.vivace.dev;

import org.vivace.cli.AddedCommands;
import picocli.CommandLine;

/** The commands that make this repository's own documents. */
public final class DevCommands implements AddedCommands {

    @Override
    public void addTo(CommandLine vivace) {
        vivace.addSubcommand("readme", DocumentCommand.readme());
        vivace.addSubcommand("pairs", DocumentCommand.pairs());
        vivace.addSubcommand(new BarsCommand());
        AddedCommands.below(vivace, "notebook").addSubcommand(new NotebookNewCommand());
    }
}
