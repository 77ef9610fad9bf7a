package org.vivace.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.vivace.cli.KeptRecord.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "report",
        description = "Reads records and shows them: table, plots, one HTML page.",
        mixinStandardHelpOptions = true)
final class ReportCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Records, as written by --json of 'vivace bench', 'demo', 'profile', 'estimate' and 'tune'.")
    private List<Path> files;

    @Option(
            names = "--out",
            defaultValue = "vivace-report",
            paramLabel = "DIR",
            description = "Write table, plots and page here, for several records each into its own folder"
                    + " (default: ${DEFAULT-VALUE}); records of 'vivace estimate' and 'tune' have none.")
    private Path folder;

    @Mixin
    private Outputs.JsonFile json;

    @Override
    public void run() {
        // All are read before anything is written, so that a broken one leaves no partial report.
        Map<String, KeptRecord> records = records();
        boolean single = records.size() == 1;
        if (json.wanted() && !single && records.values().stream().anyMatch(each -> each.kind() != Kind.BENCH)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--json puts several records of 'vivace bench' into one file, got one of another kind among them:"
                            + " give that one alone");
        }
        List<String> texts = records.values().stream().map(KeptRecord::json).toList();
        json.write(single ? texts.get(0) : texts.stream().collect(Collectors.joining(",", "{\"records\": [", "]}\n")));
        records.forEach((name, record) -> record.show().accept(spec, single ? folder : folder.resolve(name)));
    }

    /** The records by folder name, which is the file's name, with a number if that is taken. */
    private Map<String, KeptRecord> records() {
        Map<String, KeptRecord> records = new LinkedHashMap<>();
        for (Path file : files) {
            String stem = file.getFileName().toString().replaceFirst("\\.json$", "");
            List<KeptRecord> read = KeptRecord.readAll(file);
            if (read.isEmpty()) {
                throw new IllegalArgumentException(
                        file + " must hold a record, got an empty list of them: measure again or give another file");
            }
            for (KeptRecord record : read) {
                String name = stem;
                for (int number = 2; records.containsKey(name); number++) {
                    name = stem + "-" + number;
                }
                records.put(name, record);
            }
        }
        return records;
    }
}
