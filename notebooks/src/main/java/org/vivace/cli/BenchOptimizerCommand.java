package org.vivace.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.concurrent.Callable;
import org.vivace.bench.Allocator;
import org.vivace.bench.LocalMachine;
import org.vivace.bench.ProgressBar;
import org.vivace.measure.BenchRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "optimizer",
        description = "Time of one update of 16.8 million parameters: DJL's Adam and Sgd against the fused ones.",
        mixinStandardHelpOptions = true)
final class BenchOptimizerCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private TimingOptions timing;

    @Mixin
    private Outputs.JsonFile json;

    @Override
    public Integer call() throws Exception {
        return Interruption.keeping(this::measure);
    }

    private int measure() {
        List<BenchRecord> records;
        try (ProgressBar bar = ProgressBar.on(spec.commandLine().getErr())) {
            records = OptimizerBench.records(Vivace.typed(spec), LocalMachine.machine(), timing.plan(bar));
        }
        JsonArray all = new JsonArray();
        for (BenchRecord record : records) {
            BenchRecord complete = record.withSettings(Allocator.settings());
            all.add(JsonParser.parseString(complete.toJson()));
            Printed.bench(
                    spec, complete, timing.folder().resolve(complete.workload().replaceAll("\\W+", "-")));
        }
        JsonObject whole = new JsonObject();
        whole.addProperty("workload", "optimizer");
        whole.add("records", all);
        json.writeValue(whole);
        return 0;
    }
}
