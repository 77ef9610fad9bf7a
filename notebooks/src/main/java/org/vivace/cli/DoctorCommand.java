package org.vivace.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.bench.LocalMachine;
import org.vivace.measure.Machine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        description = "What this machine offers to training, and for each thing what to do about it.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Override
    public void run() {
        Machine machine = LocalMachine.machine();
        List<Finding> findings = Findings.of(machine, LocalMachine.device());
        PrintWriter out = spec.commandLine().getOut();
        for (Finding finding : findings) {
            out.printf("%-11s %s%n", finding.name(), finding.found());
            out.printf("%-11s -> %s%n", "", finding.advice());
        }
        out.flush();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", machine);
        all.put("findings", findings);
        json.writeValue(all);
    }
}
