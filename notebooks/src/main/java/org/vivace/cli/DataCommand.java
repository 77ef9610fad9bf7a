package org.vivace.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.datasets.DataSet;
import org.vivace.datasets.DataSetCatalog;
import org.vivace.measure.Figures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code data list} and {@code data fetch NAME}. */
@Command(
        name = "data",
        description = "Lists and fetches data sets, with their sources.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "list|fetch")
final class DataCommand implements Runnable {

    private static final double MEGABYTE = 1e6;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected 'data list' or 'data fetch NAME', got neither");
    }

    @Command(name = "list", description = "Lists the data sets and their locations.", mixinStandardHelpOptions = true)
    int list(@Mixin Outputs.JsonFile json) {
        PrintWriter out = spec.commandLine().getOut();
        List<Map<String, Object>> rows = new ArrayList<>();
        for (DataSet set : new DataSetCatalog().all()) {
            String size = set.bytes() == 0 ? "" : ", " + Figures.fixed(set.bytes() / MEGABYTE, 1) + " MB";
            out.println(set.name());
            out.println("    " + set.about() + size);
            out.println("    " + set.found().map(where -> "here: " + where).orElse("not on this machine"));
            out.println("    from: " + String.join("; ", set.sources()));
            rows.add(row(set));
        }
        out.flush();
        json.writeValue(Map.of("datasets", rows));
        return 0;
    }

    @Command(
            name = "fetch",
            description = "Fetches a data set, unless it is on this machine, and verifies its checksums.",
            mixinStandardHelpOptions = true)
    int fetch(
            @Parameters(paramLabel = "NAME", description = "A name from 'data list'.") String name,
            @Mixin Outputs.JsonFile json)
            throws IOException {
        DataSet set;
        try {
            set = new DataSetCatalog().get(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.subcommands().get("fetch"), e.getMessage(), e);
        }
        String where = set.fetch();
        PrintWriter out = spec.commandLine().getOut();
        out.println(name + " is here: " + where);
        out.flush();
        json.writeValue(Map.of("name", name, "found", where));
        return 0;
    }

    private static Map<String, Object> row(DataSet set) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", set.name());
        row.put("about", set.about());
        row.put("bytes", set.bytes());
        row.put("sources", set.sources());
        row.put("found", set.found().orElse(null));
        row.put(
                "files",
                set.files().stream()
                        .map(file -> Map.of("name", file.name(), "bytes", file.bytes(), "sha256", file.sha256()))
                        .toList());
        return row;
    }
}
