package org.vivace.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.train.Catalogue;
import org.vivace.train.CatalogueEntry;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Traits;
import picocli.CommandLine.Command;

@Command(
        name = "methods",
        description = "Lists the methods: what each acts on, how its run relates to the one without it, its needs.")
final class MethodsCommand extends ListingCommand {

    @Override
    Map<String, Object> list(PrintWriter out) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (CatalogueEntry entry : Catalogue.all()) {
            EfficiencyMethod method = entry.byDefault();
            Traits traits = method.traits();
            out.println(entry.name() + entry.arguments());
            out.println("    " + entry.summary() + ".");
            out.println("    " + traits.kind() + "; " + traits.equivalence() + "; by default " + method.label());
            traits.needs().forEach((word, why) -> out.println("    needs " + word + ", because " + why));
            traits.claims().forEach((thing, why) -> out.println("    claims the " + thing + ", because " + why));
            traits.conflicts().forEach((word, why) -> out.println("    not with " + word + ", because " + why));
            rows.add(row(entry, method));
        }
        return Map.of("methods", rows);
    }

    private static Map<String, Object> row(CatalogueEntry entry, EfficiencyMethod method) {
        Traits traits = method.traits();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", entry.name());
        row.put("arguments", entry.arguments());
        row.put("summary", entry.summary());
        row.put("default", method.label());
        row.put("kind", traits.kind().toString());
        row.put("equivalence", traits.equivalence().toString());
        row.put("provides", traits.provides());
        row.put("needs", traits.needs());
        row.put("claims", traits.claims());
        row.put("conflicts", traits.conflicts());
        return row;
    }
}
