package org.vivace.dev;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.vivace.cells.Home;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Brings the generated part of one of this repository's documents up to date. */
@Command(hidden = true, mixinStandardHelpOptions = true)
final class DocumentCommand implements Runnable {

    private final String document;
    private final String contents;
    private final Predicate<Path> update;

    @Spec
    private CommandSpec spec;

    @Option(names = "--root", paramLabel = "FOLDER", description = "Vivace's sources; the launcher's own by default.")
    private Path root = Home.folder();

    /**
     * @param document its path from the root
     * @param contents of its generated part
     * @param update brings it up to date, and returns whether it changed
     */
    private DocumentCommand(String document, String contents, Predicate<Path> update) {
        this.document = document;
        this.contents = contents;
        this.update = update;
    }

    static CommandSpec readme() {
        return spec(
                new DocumentCommand("README.md", "the records", ReadmeTable::update),
                "Updates the README's table of results from the records in " + Home.RESULTS + ".");
    }

    static CommandSpec pairs() {
        return spec(
                new DocumentCommand("methods/README.md", "the pairs", PairTable::update),
                "Trains every two methods together and updates the table in methods/README.md.");
    }

    private static CommandSpec spec(DocumentCommand command, String description) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        spec.usageMessage().description(description);
        return spec;
    }

    @Override
    public void run() {
        boolean changed = update.test(root);
        PrintWriter out = spec.commandLine().getOut();
        out.println(document + (changed ? " now shows " + contents + "." : " shows " + contents + " already."));
        out.flush();
    }
}
