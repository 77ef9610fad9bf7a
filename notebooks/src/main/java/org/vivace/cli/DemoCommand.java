package org.vivace.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.vivace.bench.ProgressBar;
import org.vivace.measure.BenchRecord;
import org.vivace.workloads.Language;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = {
            "The same language model on the same English text, in plain DJL and with a recipe: first the step times,"
                    + " interleaved, method by method, then both trained for the same time. A few minutes.",
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "Use a smaller model, in less than a minute.")
    private boolean quick;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "A UTF-8 file, or a folder of them, to learn from (default: WordNet's definitions).")
    private Path data;

    @Mixin
    private Outputs.Folder out = new Outputs.Folder("vivace-demo");

    @Mixin
    private Outputs.JsonFile json;

    @Override
    public Integer call() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        Demo.Length length = quick ? Demo.Length.QUICK : Demo.Length.FULL;
        Language workload = workload();
        return Interruption.keeping(() -> {
            BenchRecord record;
            try (ProgressBar bar = ProgressBar.on(err)) {
                record = new Demo(workload, length, bar).run(Vivace.typed(spec));
            }
            json.write(record.toJson());
            Printed.bench(spec, record, out.path());
            return 0;
        });
    }

    private Language workload() {
        String text = data == null ? "wordnet" : data.toString();
        int heldOut = 16 * 1024;
        return quick
                ? new Language(256, 4, 4, 128, 16, text, heldOut)
                : new Language(384, 6, 6, 256, 16, text, heldOut);
    }
}
